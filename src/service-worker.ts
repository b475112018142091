/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
/**
 * H16: Keeps the page itself, so that Wednesday opens without a line: scripts, styles, letters and the empty frame. What a
 * family has said is never in this cache: whatever is asked of the server goes past it.
 */
import { build, files, version } from '$service-worker';

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = `page-${version}`;
const SHELL = '/';
const kept = new Set([...build, ...files]);

/** What is kept of this build; of the one before, its scripts alone, for a page of it that is still open. */
async function keptHere(request: Request | string): Promise<Response | undefined> {
  const found = await (await caches.open(CACHE)).match(request);
  const path = typeof request === 'string' ? request : new URL(request.url).pathname;
  return found ?? (path.startsWith('/_app/immutable/') ? caches.match(request) : undefined);
}

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([SHELL, ...files]))
      .then(() => worker.skipWaiting()),
  );
});

// The page asks for its scripts to be kept when it has nothing better to do: nobody's first minute on a bad line is spent on it.
worker.addEventListener('message', (event) => {
  if (event.data !== 'keep the page') return;
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      for (const path of build.filter((one) => !/cyrillic|greek|vietnamese/.test(one)))
        if (!(await cache.match(path))) await cache.add(path);
    }),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => {
        // H22: An open page of the build before goes on with its own parts, which the server has no more.
        const before = names.filter((name) => name !== CACHE).slice(0, -1);
        return Promise.all(before.map((name) => caches.delete(name)));
      })
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  // A page is always the newest; the one that is kept is for when there is no line.
  if (request.mode === 'navigate')
    return event.respondWith(fetch(request).catch(async () => (await keptHere(SHELL)) ?? Response.error()));
  if (kept.has(url.pathname) || url.pathname.startsWith('/_app/immutable/'))
    event.respondWith(keptHere(request).then((found) => found ?? fetch(request)));
});
