/** The page as it is served: its files, and the policy that says what it may do (P29). */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Config } from './config.ts';

const build = join(import.meta.dirname, '../build');

/** What is no page: nothing in it runs, loads, or is shown in a frame, should a browser open it all the same. */
const bareAnswer = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What every answer carries, whoever makes it (P29). */
export const plainHeaders = ({ publicUrl }: Pick<Config, 'publicUrl'>): Record<string, string> => ({
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': bareAnswer,
  ...(publicUrl.protocol === 'https:' && {
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  }),
});

/** The one style that a library writes into its own markup: SvelteKit's, which hides what is announced on going elsewhere. */
export const ANNOUNCER_STYLE =
  'position: absolute; left: 0; top: 0; clip: rect(0 0 0 0); clip-path: inset(50%); overflow: hidden; white-space: nowrap; width: 1px; height: 1px';

/**
 * The policy of a page: its own files, the scripts and styles that stand in its markup by their hashes, and markup made at
 * run time by two named makers alone, Svelte's and SvelteKit's.
 */
export function policyOf(html: string, { publicUrl, frameOrigins }: PolicyParts): string {
  const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map((found) => hashOf(found[1]!));
  const styles = [...html.matchAll(/ style="([^"]*)"/g)].map((found) => hashOf(found[1]!));
  // Older engines of Safari do not read a socket to the same host as 'self'.
  const socket = publicUrl.origin.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(' '),
    "style-src 'self'",
    ["style-src-attr 'unsafe-hashes'", hashOf(ANNOUNCER_STYLE), ...styles].join(' '),
    // The map is taken out as a picture by way of a data address.
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    // P23
    `frame-ancestors ${frameOrigins.join(' ') || "'none'"}`,
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html sveltekit-trusted-url',
  ].join('; ');
}

type PolicyParts = Pick<Config, 'publicUrl' | 'frameOrigins'>;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page's scripts, styles and letters, before all else: they are nobody's, and need none of a page's headers. */
export function serveAssets(app: Express): void {
  app.use('/_app', (request, response, next) => {
    // Precompressed beside each file: brotli where the browser takes it.
    const path = join(build, '_app', request.path);
    if (!request.path.includes('..') && request.acceptsEncodings('br') && existsSync(`${path}.br`)) {
      response
        .set({ 'Content-Encoding': 'br', Vary: 'Accept-Encoding' })
        .type(request.path.split('.').at(-1)!);
      request.url = request.url.replace(/(\?|$)/, '.br$1');
    }
    next();
  });
  app.use(
    '/_app/immutable',
    express.static(join(build, '_app/immutable'), {
      immutable: true,
      maxAge: '1y',
      fallthrough: false,
      setHeaders: keepType,
      // A file of this name never changes: what would say whether it has is only more to send.
      etag: false,
      lastModified: false,
      acceptRanges: false,
    }),
  );
}

/** Every address that is nobody else's is the page; its policy is of the very bytes that are sent, also after a new build. */
export function servePage(app: Express, config: PolicyParts): void {
  const path = join(build, 'index.html');
  let kept = { at: -1, html: '', policy: policyOf('', config) };
  const page = () => {
    const at = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
    if (at !== kept.at) {
      const html = at < 0 ? '' : readFileSync(path, 'utf8');
      kept = { at, html, policy: policyOf(html, config) };
    }
    return kept;
  };
  // The service worker too may only ask what its page may.
  app.use((_, response, next) => {
    response.set('Content-Security-Policy', page().policy);
    next();
  });
  app.use(express.static(build, { index: false, setHeaders: keepType, cacheControl: true, maxAge: 0 }));
  app.get('/{*path}', (_, response) => {
    const { at, html } = page();
    if (at < 0)
      return void response.status(503).type('text').send('The page is not built yet: npm start builds it.');
    response.set('Cache-Control', 'no-store').type('html').send(html);
  });
}

/** express.static would name a .br file by its own ending. */
function keepType(response: Response, path: string): void {
  if (path.endsWith('.br')) response.type(path.slice(0, -3).split('.').at(-1)!);
}

const otherName = (
  address: string,
) => `<!doctype html><html lang="en-GB"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Wednesday</title>
<body style="font:18px/1.5 Georgia,serif;max-width:34em;margin:15vh auto;padding:0 24px;color:#24211C;background:#F6F2EA"><h1>Wednesday lives at another address.</h1>
<p>A passkey belongs to a name and a secure address. This one is a number or another name, so nobody could sign in here.</p>
<p>Go to <a href="${address}">${address}</a>.</p><p>If that is not the right name, whoever runs Wednesday sets PUBLIC_URL and starts it again.</p></body></html>`;

/** An address by number or by another name cannot carry passkeys: it says so and where to go, instead of failing later. */
export function explainPlainAddress({ publicUrl }: PolicyParts) {
  const page = otherName(publicUrl.origin);
  const style = hashOf(/ style="([^"]*)"/.exec(page)![1]!);
  return (request: Request, response: Response, next: NextFunction) => {
    if (
      request.hostname === publicUrl.hostname ||
      !request.accepts('html') ||
      request.path.startsWith('/api') ||
      /^\/(healthz|readyz)$/.test(request.path)
    )
      return next();
    response
      .status(421)
      .set('Content-Security-Policy', `${bareAnswer}; style-src-attr 'unsafe-hashes' ${style}`)
      .type('html')
      .send(page);
  };
}
