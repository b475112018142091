import { openApp } from './app.ts';
import { startBackups } from './admin/backup.ts';
import { memoryBus } from './bus/memory-bus.ts';
import { ConfigRefusal, readConfig } from './config.ts';
import { firstRunLink } from './identity/first-run.ts';
import { openLog } from './log.ts';
import { startCheckpoints } from './record/checkpoints.ts';
import { openCopy, openStorage } from './storage/open.ts';
import { londonDate } from '#domain/time/civil.ts';

/** Reads the settings, opens the parts, listens; closes them in reverse when it is told to stop. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = openLog(config.logLevel);
  const storage = await openStorage(config);
  const bus = memoryBus((error) => log.error({ error: (error as Error).name }, 'a listener failed'));
  const now = () => Date.now();
  const today = () => config.today ?? londonDate(now());
  const app = openApp({ config, storage, bus, log, now, today });
  const stopBackups = startBackups({
    storage,
    dir: config.backupDir,
    openCopy: (path) => openCopy(path, config.keyFile),
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
    await app.close();
    await bus.close();
    await storage.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
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
