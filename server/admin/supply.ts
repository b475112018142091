/**
 * What the running server is made of: `npm run supply` writes a bill of materials (CycloneDX) and a list of licences into
 * the folder `supply`; `npm run supply -- check` refuses a licence that nobody has agreed to, and what an audit calls grave.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Licences under which a part may be passed on with a work under the AGPL. */
const AGREED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'OFL-1.1', 'Unlicense'];
/** Parts whose package names no licence, read by hand in what they bring. */
const READ_BY_HAND: Record<string, string> = { 'png-js': 'MIT' };

interface Component {
  name: string;
  version: string;
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
}

const root = join(import.meta.dirname, '../..');

/** What npm prints, whatever it ends with. */
const npm = (...words: string[]) =>
  new Promise<string>((resolve) =>
    execFile('npm', words, { cwd: root, maxBuffer: 64 << 20 }, (_, printed) => resolve(printed)),
  );

const bill = await npm('sbom', '--sbom-format=cyclonedx', '--omit=dev');
const { components } = JSON.parse(bill) as { components: Component[] };
const licenceOf = ({ name, licenses }: Component) =>
  licenses?.map((one) => one.expression ?? one.license?.id ?? one.license?.name).join(' and ') ||
  (READ_BY_HAND[name] ?? 'none named');
const lines = components.map((one) => `${licenceOf(one)}\t${one.name}\t${one.version}`).sort();

if (process.argv[2] === 'check') {
  const strange = lines.filter((line) => !AGREED.includes(line.split('\t')[0]!));
  if (strange.length > 0)
    fail(
      `Nobody has agreed to the licence of:\n${strange.join('\n')}\nAdd it to AGREED in server/admin/supply.ts once somebody has.`,
    );
  const audit = JSON.parse((await npm('audit', '--omit=dev', '--json')) || '{}') as {
    metadata?: { vulnerabilities: Record<string, number> };
  };
  const found = audit.metadata?.vulnerabilities;
  if (!found) console.log('No registry answered an audit here: known weaknesses were not looked for.');
  else if (found.high! + found.critical! > 0)
    fail(`npm audit names ${found.high} high and ${found.critical} critical: run npm audit --omit=dev.`);
} else {
  const folder = join(root, 'supply');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'bom.json'), bill);
  await writeFile(join(folder, 'licences.txt'), `${lines.join('\n')}\n`);
  console.log(`${components.length} parts: supply/bom.json (CycloneDX) and supply/licences.txt.`);
}

function fail(says: string): never {
  console.error(says);
  process.exit(1);
}
