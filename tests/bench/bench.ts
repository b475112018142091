/**
 * `npm run bench [-- --quick] [-- --only meeting,polling,most,idle,kills,opening,page,life,gate,half-past-nine,import]`: Wednesday, with login, gate and every edit on disk, beside a bare relay
 * under the same load, in one run and in turns, because this machine is never quite alone.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBoardPage } from './board-page.ts';
import { Crowd } from './crowd.ts';
import { measureGate } from './gate.ts';
import { measureHalfPastNine } from './half-past-nine.ts';
import { measureIdle } from './idle.ts';
import { measureImport } from './import.ts';
import { measureKills } from './kills.ts';
import { measureMeeting, measureMost, measurePolling } from './load.ts';
import { measureLongLife } from './long-life.ts';
import { measureOpening } from './opening.ts';
import { startOurs, startRelay } from './servers.ts';
import { layOut, type Row } from './table.ts';
import { makeUnit } from './unit.ts';

const { values: said } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: {
      type: 'string',
      default: 'meeting,polling,most,idle,kills,opening,page,life,gate,half-past-nine,import',
    },
    json: { type: 'string' },
  },
});
const quick = said.quick;
const wants = (row: string) => said.only.split(',').includes(row);

const rows: Row[] = [];
const facts: Record<string, unknown> = {
  at: new Date().toISOString(),
  quick,
  processors: availableParallelism(),
};
const folder = await mkdtemp(join(tmpdir(), 'wednesday-bench-'));
const fresh = (name: string) => join(folder, name);

/** Starts both servers on a fresh unit, hands them to a measurement, and ends them whatever happens. */
async function beside<T>(
  name: string,
  ask: { families: number; processes: number },
  measure: (pair: Parameters<typeof measureMeeting>[0]) => Promise<T>,
): Promise<T> {
  const unit = await makeUnit(fresh(name), { members: 100, families: ask.families, seats: 8 });
  const [relay, ours] = await Promise.all([startRelay(), startOurs(fresh(name))]);
  const crowd = new Crowd(ask.processes);
  try {
    return await measure({ relay, ours, unit, crowd });
  } finally {
    crowd.end();
    await Promise.all([relay.end('SIGTERM'), ours.end('SIGTERM')]);
  }
}

try {
  if (wants('meeting')) {
    console.info('Edit to seen and its cost: 20 families, 8 pages each, 2 typing …');
    const done = await beside('meeting', { families: 20, processes: 2 }, (pair) =>
      measureMeeting(pair, quick ? { rounds: 2, seconds: 3 } : { rounds: 6, seconds: 8 }),
    );
    rows.push(...done.rows);
    facts.meeting = done.facts;
  }
  if (wants('polling')) {
    console.info('The same over long polling: 5 families, 8 pages each, 2 typing …');
    const done = await beside('polling', { families: 20, processes: 2 }, (pair) =>
      measurePolling(pair, quick ? { rounds: 2, seconds: 3 } : { rounds: 6, seconds: 8 }),
    );
    rows.push(...done.rows);
    facts.polling = done.facts;
  }
  if (wants('most')) {
    console.info('Most deliveries a second …');
    const families = 96;
    const done = await beside('most', { families, processes: 3 }, (pair) =>
      measureMost(
        pair,
        quick
          ? { rounds: 1, seconds: 1.5, step: 1.5, families }
          : { rounds: 3, seconds: 2, step: 1.2, families },
      ),
    );
    rows.push(done.row);
    facts.most = done.facts;
  }
  if (wants('idle')) {
    console.info('Idle connections …');
    const families = quick ? 50 : 250;
    const done = await beside('idle', { families, processes: 2 }, (pair) =>
      measureIdle(pair, { families, ...(quick ? { seconds: 10, rounds: 1 } : { seconds: 30, rounds: 2 }) }),
    );
    rows.push(...done.rows);
    facts.idle = done.facts;
  }
  if (wants('kills')) {
    console.info('Kills while people type …');
    const unit = await makeUnit(fresh('kills'), { members: 40, families: 10, seats: 8 });
    const done = await measureKills(fresh('kills'), unit, {
      kills: quick ? 5 : 100,
      seed: Number(process.env.SEED ?? Date.now() % 1e6),
    });
    rows.push(done.row);
    facts.kills = done.facts;
  }
  if (wants('opening')) {
    console.info('Opening a long board after a restart …');
    const done = await measureOpening(fresh('opening'), { times: quick ? 2 : 7 });
    rows.push(...done.rows);
    facts.opening = done.facts;
  }
  if (wants('page')) {
    console.info('The board page in a browser …');
    const done = await measureBoardPage(fresh('page'), { times: quick ? 2 : 5 });
    rows.push(...done.rows);
    facts.page = done.facts;
  }
  if (wants('life')) {
    console.info('A long life …');
    const done = await measureLongLife(fresh('life'), { times: quick ? 1 : 5 });
    rows.push(...done.rows);
    facts.life = done.facts;
  }
  if (wants('gate')) {
    console.info('The worst frames …');
    const done = measureGate({ times: quick ? 5 : 15 });
    rows.push(...done.rows);
    facts.gate = done.facts;
  }
  if (wants('import')) {
    console.info('An import while people type …');
    const done = await measureImport(
      fresh('import'),
      quick ? { families: 100, quietSeconds: 5 } : { families: 800, quietSeconds: 15 },
    );
    rows.push(...done.rows);
    facts.import = done.facts;
  }
  if (wants('half-past-nine')) {
    console.info('Half past nine …');
    const done = await measureHalfPastNine(
      fresh('half-past-nine'),
      quick
        ? { meetings: 5, longMeetings: 20, units: 2, times: 1 }
        : { meetings: 30, longMeetings: 150, units: 5, times: 3 },
    );
    rows.push(...done.rows);
    facts.halfPastNine = done.facts;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

console.info(`\n${layOut(rows)}\n`);
const report = JSON.stringify({ ...facts, rows }, null, 2);
if (said.json) await writeFile(said.json, `${report}\n`);
else console.info(report);
