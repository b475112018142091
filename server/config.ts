import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { ownKeyFile } from './storage/keys.ts';

/** What the operator decided, read once at the start. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** The file of the key, which need not be there yet; null where KEY_FILE says none. */
  readonly keyFile: string | null;
  /** The address people type: it gives the passkeys' domain, the allowed origin and the printed links. */
  readonly publicUrl: URL;
  readonly tls: { cert: string; key: string } | null;
  /** Whose word about a caller's address is taken: nobody's, the one proxy before us, or those of named networks. */
  readonly trustProxy: false | 1 | readonly string[];
  /** Where the figures are served, or null for nowhere. */
  readonly metrics: { port: number; host: string } | null;
  readonly backupDir: string;
  /** Where the signed heads of the files go; null until the operator names a place. */
  readonly checkpointDir: string | null;
  readonly checkpointKey: string;
  /** The meeting applications that may show Wednesday in a frame, by their origins; no other page may. */
  readonly frameOrigins: readonly string[];
  /** Whether members' own devices may keep an encrypted copy: for a gap in an open tab, to open without a line too, or not. */
  readonly offline: 'off' | 'tab' | 'cold';
  readonly logLevel: string;
  /** Stays the same when this installation starts again, so that it takes its own rooms back at once. */
  readonly serverId: string;
  /** The day that "today" is, for tests that play several Wednesdays; null is the real one. */
  readonly today: string | null;
}

/** A setting that cannot be used; its message is for the person who starts the server. */
export class ConfigRefusal extends Error {}

/** Turns the environment into settings, or throws a plain sentence. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = whole(env.PORT ?? '3000', 'PORT');
  const dataDir = env.DATA_DIR ?? './data';
  const tls = readTls(env);
  const publicUrl = readPublicUrl(env.PUBLIC_URL ?? `${tls ? 'https' : 'http'}://localhost:${port}`);
  const trustProxy = readTrust(env.TRUST_PROXY);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return Object.freeze({
    port,
    host: env.HOST || (env.PUBLIC_URL && isForOthers({ tls, trustProxy }) ? '0.0.0.0' : '127.0.0.1'),
    dataDir,
    databaseUrl: env.DATABASE_URL ?? null,
    keyFile: readKeyFile(env, dataDir),
    publicUrl,
    tls,
    trustProxy,
    metrics: env.METRICS_PORT
      ? { port: whole(env.METRICS_PORT, 'METRICS_PORT'), host: env.METRICS_HOST ?? '127.0.0.1' }
      : null,
    backupDir: env.BACKUP_DIR ?? join(dataDir, 'backups'),
    checkpointDir: env.CHECKPOINT_DIR ?? null,
    checkpointKey: join(dataDir, 'checkpoint-key.pem'),
    frameOrigins: origins(env.FRAME_ORIGINS ?? ''),
    offline: oneOf(env.OFFLINE ?? 'tab', ['off', 'tab', 'cold'], 'OFFLINE'),
    logLevel: env.LOG_LEVEL ?? 'info',
    serverId: readServerId(dataDir),
    today: env.WEDNESDAY_TODAY ? civilDate(env.WEDNESDAY_TODAY) : null,
  });
}

/**
 * P28: Whether other machines may reach the port. Not where whoever comes is taken at their word about their address, as
 * by the one proxy on this machine; nor without a certificate, where words would go in plain, unless proxies elsewhere are named.
 */
const isForOthers = ({ tls, trustProxy }: Pick<Config, 'tls' | 'trustProxy'>): boolean =>
  Array.isArray(trustProxy) || (tls !== null && trustProxy !== 1);

function readTrust(text: string | undefined): Config['trustProxy'] {
  if (!text || text === '0' || text === 'false') return false;
  if (text === '1' || text === 'true') return 1;
  const networks = text.split(/[\s,]+/).filter(Boolean);
  for (const one of networks)
    if (!isIP(one.replace(/\/\d{1,3}$/, '')))
      throw new ConfigRefusal(
        `TRUST_PROXY: ${one} is not a network. Write 1, or networks such as 10.0.0.0/8.`,
      );
  return networks;
}

function readKeyFile(env: NodeJS.ProcessEnv, dataDir: string): string | null {
  if (!env.KEY_FILE) return ownKeyFile(dataDir);
  if (env.KEY_FILE === 'none') return null;
  if (!existsSync(env.KEY_FILE)) throw new ConfigRefusal(`KEY_FILE ${env.KEY_FILE} is not there.`);
  return env.KEY_FILE;
}

function whole(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new ConfigRefusal(`${name} must be a port number.`);
  return value;
}

function origins(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((one) => {
      const url = URL.parse(one);
      const isHere = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
      if (!url || url.origin !== one || (url.protocol !== 'https:' && !isHere))
        throw new ConfigRefusal(
          `FRAME_ORIGINS: ${one} is not an origin. Write each as https://meetings.example, with a space between.`,
        );
      return one;
    });
}

function oneOf<T extends string>(text: string, values: readonly T[], name: string): T {
  const found = values.find((value) => value === text);
  if (!found) throw new ConfigRefusal(`${name} must be ${values.join(' or ')}.`);
  return found;
}

function civilDate(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text))
    throw new ConfigRefusal('WEDNESDAY_TODAY must be a day such as 2026-11-25.');
  return text;
}

function readPublicUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ConfigRefusal(
      `PUBLIC_URL is not an address: ${text}. Write it as https://wednesday.example.gov.uk`,
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host))
    throw new ConfigRefusal(
      `PUBLIC_URL is the number ${host}. A passkey belongs to a name, never to a number. Give this machine a name, or use localhost to try it here.`,
    );
  if (url.pathname !== '/' || url.search || url.hash)
    throw new ConfigRefusal(
      `PUBLIC_URL has a path: ${text}. Wednesday has an address of its own and lives under no other. Write it as ${url.origin}, and give it a name of its own where a proxy stands before it.`,
    );
  if (url.protocol === 'http:' && host !== 'localhost')
    throw new ConfigRefusal(
      `PUBLIC_URL must begin with https:// for ${host}. Set TLS_CERT and TLS_KEY, or stand behind a proxy that speaks https (TRUST_PROXY=1). "npm run admin -- trial-certificate ${host}" makes a certificate to try it with.`,
    );
  return url;
}

function readTls(env: NodeJS.ProcessEnv): Config['tls'] {
  if (!env.TLS_CERT && !env.TLS_KEY) return null;
  if (!env.TLS_CERT || !env.TLS_KEY)
    throw new ConfigRefusal('TLS_CERT and TLS_KEY belong together: set both.');
  try {
    return { cert: readFileSync(env.TLS_CERT, 'utf8'), key: readFileSync(env.TLS_KEY, 'utf8') };
  } catch (error) {
    throw new ConfigRefusal(`TLS_CERT or TLS_KEY cannot be read: ${(error as Error).message}`);
  }
}

function readServerId(dataDir: string): string {
  const path = join(dataDir, 'server-id');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const id = randomUUID();
    writeFileSync(path, id, { mode: 0o600 });
    return id;
  }
}
