import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { openStorage } from '../../server/storage/open.ts';
import { Page } from './page.ts';
import { startOurs } from './servers.ts';
import { figure, type Row } from './table.ts';
import { makeUnit } from './unit.ts';

/** How often somebody types meanwhile, milliseconds. */
const everyMs = 25;

/** How long a letter waits until it is seen while a whole council's list comes in, beside a quiet time in the same run. */
export async function measureImport(
  dataDir: string,
  ask: { families: number; quietSeconds: number },
): Promise<{ rows: Row[]; facts: object }> {
  const unit = await makeUnit(dataDir, { members: 3, families: 1, seats: 2 });
  const storage = await openStorage({ databaseUrl: null, dataDir, keyFile: join(dataDir, 'key') });
  await storage.db.updateTable('members').set({ role: 'coordinator' }).execute();
  await storage.close();
  const server = await startOurs(dataDir);
  const [family] = unit.families;
  const pages = unit.members.slice(0, 2).map(
    ({ token }, index) =>
      new Page({
        server: 'ours',
        port: server.port,
        family: family!.id,
        token,
        card: family!.cards[index],
      }),
  );
  const [writer, reader] = pages as [Page, Page];
  try {
    await Promise.all(pages.map((page) => page.ready()));
    let waits: number[] = [];
    let isOver = false;
    const typing = (async () => {
      while (!isOver) {
        const clock = writer.clock + 1;
        const began = performance.now();
        const seen = new Promise<void>((resolve) => {
          reader.onSeen = () => {
            if (reader.clockOf(writer.doc.clientID) >= clock) resolve();
          };
        });
        writer.type();
        await seen;
        waits.push(performance.now() - began);
        await pause(everyMs);
      }
    })();
    await pause(ask.quietSeconds * 1000);
    const quiet = waits;
    waits = [];
    const rows = linesOf(ask.families);
    const headers = {
      cookie: `__Host-wednesday=${unit.members[2]!.token}`,
      'content-type': 'application/json',
      origin: `http://localhost:${server.port}`,
    };
    const url = `http://localhost:${server.port}`;
    const me = (await (await fetch(`${url}/api/me`, { headers })).json()) as { person: { unit: string } };
    const began = performance.now();
    const answer = await fetch(`${url}/api/units/${me.person.unit}/import`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ dryRun: false, files: rows.files }),
    });
    const outcome = (await answer.json()) as { done?: boolean };
    if (!outcome.done)
      throw new Error(`the import was not done: ${answer.status} ${JSON.stringify(outcome).slice(0, 200)}`);
    const tookMs = performance.now() - began;
    const during = waits;
    isOver = true;
    await typing;
    const longest = Math.max(...during);
    const ratio = longest / high(quiet);
    return {
      rows: [
        {
          what: `a letter while ${rows.many} rows come in (${figure(tookMs / 1000)} s): the longest wait, beside the quiet p99, ms`,
          relay: '',
          ours: `${figure(longest)}; p99 ${figure(high(during))} / ${figure(high(quiet))}`,
          ratio: `${figure(ratio)}×`,
          goal: '≤ 2×',
          isMet: ratio <= 2,
        },
      ],
      facts: { tookMs, quiet: high(quiet), during: high(during), longest },
    };
  } finally {
    for (const page of pages) page.leave();
    await server.end('SIGTERM');
  }
}

const high = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? NaN;

/** Families of three children with a word and a date each, as CSV files. */
function linesOf(many: number): { files: { name: string; text: string }[]; many: number } {
  const families = Array.from({ length: many }, (_, index) => `F${index}`);
  const children = families.flatMap((family, index) =>
    [0, 1, 2].map((nth) => ({ family, ref: `C${index}-${nth}` })),
  );
  const table = (name: string, heading: string, lines: string[]) => ({
    name: `${name}.csv`,
    text: [heading, ...lines].join('\n'),
  });
  const files = [
    table(
      'families',
      'ref,name',
      families.map((ref) => `${ref},Family ${ref}`),
    ),
    table(
      'children',
      'ref,family,given,born',
      children.map(({ ref, family }) => `${ref},${family},Rory,2015`),
    ),
    table(
      'words',
      'ref,family,child,words,means',
      children.map(({ ref, family }) => `W${ref},${family},${ref},I want to stay,said`),
    ),
    table(
      'dates',
      'ref,family,child,kind,on,what',
      children.map(({ ref, family }) => `D${ref},${family},${ref},review,2027-01-14,Review`),
    ),
  ];
  return { files, many: families.length + 3 * children.length };
}
