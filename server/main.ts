import { openApp } from './app.ts';
import { startBackups } from './admin/backup.ts';
import { memoryBus } from './bus/memory-bus.ts';
import { recordClock, steadyClock } from './clock.ts';
import { ConfigRefusal, readConfig, type Config } from './config.ts';
import { firstRunLink } from './identity/first-run.ts';
import { openLog } from './log.ts';
import { startCheckpoints } from './record/checkpoints.ts';
import { lockFolder } from './storage/lock.ts';
import { leaveAll } from './storage/queries/attendance.ts';
import { openStorage } from './storage/open.ts';
import type { Storage } from './storage/storage.ts';
import { lost } from './storage/queries/audit.ts';
import { unlessUnreadable, unreadable } from './storage/unreadable.ts';

/** Reads the settings, opens the parts, listens; closes them in reverse when it is told to stop. */
async function main(): Promise<void> {
  // Express says more of itself otherwise.
  process.env.NODE_ENV ??= 'production';
  const config = readConfig(process.env);
  const log = openLog(config.logLevel);
  const lock = lockFolder(config.dataDir);
  if (!lock)
    throw new ConfigRefusal(
      `Another Wednesday is running on ${config.dataDir}. Stop it, or name another DATA_DIR.`,
    );
  unreadable.subscribe((code) => log.error({ code }, 'A PAGE OF THE STORE CANNOT BE READ: see verify'));
  lost.subscribe((line) => log.error({ line }, 'THE AUDIT COULD NOT TAKE THIS LINE'));
  const storage = await openStorage(config);
  const bus = memoryBus((error) => log.error({ error: (error as Error).name }, 'a listener failed'));
  const now = steadyClock({ wall: () => Date.now(), monotonic: () => performance.now() });
  const recordNow = recordClock(now, config.today);
  if (storage.engine === 'sqlite')
    await unlessUnreadable(leaveAll(storage, { now: now(), shift: recordNow() - now() }));
  const app = openApp({ config, storage, bus, log, now, recordNow });
  const stopBackups = startBackups({
    storage,
    dir: config.backupDir,
    keyFile: config.keyFile,
    now,
    log,
  });
  const stopCheckpoints = startCheckpoints({
    storage,
    dir: config.checkpointDir,
    keyFile: config.checkpointKey,
    now,
    log,
  });
  await new Promise<void>((resolve, reject) =>
    app.http.once('error', reject).listen(config.port, config.host, resolve),
  );

  if (app.figures && config.metrics) app.figures.listen(config.metrics.port, config.metrics.host);
  await tellOfKey({ config, storage });
  if (config.trustProxy === 1 && !process.env.HOST)
    console.info(
      'Only this machine reaches the port, since a proxy’s word about an address is taken (TRUST_PROXY=1). Where the proxy is elsewhere, set HOST and name its network in TRUST_PROXY.',
    );
  else if (!config.tls && !process.env.HOST && config.trustProxy === false && process.env.PUBLIC_URL)
    console.info(
      'Only this machine reaches the port, since without a certificate words would go in plain. Set TLS_CERT and TLS_KEY, or TRUST_PROXY where a proxy speaks https.',
    );
  // The address is for a person who has just started it, so it is printed and not logged.
  console.info(`Wednesday is at ${config.publicUrl.origin}`);
  const link = await firstRunLink(storage, now());
  if (link)
    console.info(
      `Set up your unit, or look round, with this link. It is good for one day, and until a unit is set up:\n${config.publicUrl.origin}/first-run#${link}`,
    );

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    stopBackups();
    stopCheckpoints();
    app.figures?.close();
    await app.close();
    await bus.close();
    await storage.close();
    lock.release();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

/** What the key protects and what not is said until somebody has said that it lies elsewhere too; a store without one is told of at every start. */
async function tellOfKey(ask: { config: Config; storage: Storage }): Promise<void> {
  const { keyFile } = ask.config;
  const kept = await ask.storage.db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', 'key-kept')
    .executeTakeFirst();
  if (ask.storage.keyId !== null && kept?.value !== ask.storage.keyId)
    console.info(
      `The key is in ${keyFile} (${ask.storage.keyId}, made at the first start unless you named one). What lies on this disk and in the copies cannot be read without it, nor changed unnoticed. It does not protect against somebody who can read this folder or this running machine. Without it no copy can be opened: keep it in another place too, then run: npm run admin -- key-kept`,
    );
  if (ask.storage.keyId === null && keyFile !== null)
    console.info(
      ask.config.databaseUrl
        ? 'The copies of the database can be read by anybody who has them. Name a key in KEY_FILE, or write KEY_FILE=none.'
        : 'The data can be read by anybody who has its disk, and a changed byte may go unnoticed. Stop Wednesday and run: npm run admin -- encrypt, or write KEY_FILE=none.',
    );
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  if (code === 'EADDRINUSE')
    console.error('Another program listens on this port. Stop it, or choose another with PORT.');
  else
    console.error(
      error instanceof ConfigRefusal || !code ? message : `Wednesday could not start: ${message}`,
    );
  process.exit(1);
});
