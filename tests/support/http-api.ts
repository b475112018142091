/**
 * What is made of the HTTP contract: JSON Schemas of the answers (server/answers.json, from where the API document takes
 * them), and docs/http-api.md, of the API document of a server that runs. `node tests/support/http-api.ts` writes both; with
 * `check` it says whether they are the contract's.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import prettier from 'prettier';
import ts from 'typescript';
import { startServer } from './start-server.ts';

const root = join(import.meta.dirname, '../..');

interface Schema {
  [key: string]: unknown;
}

/** Schemas of types; one that has a name of its own stands once, under it. */
class Schemas {
  readonly named: Record<string, Schema> = {};
  readonly #checker: ts.TypeChecker;
  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  of(type: ts.Type): Schema {
    const name = (type.aliasSymbol ?? type.getSymbol())?.name ?? '';
    // What is made of other types anew has no name of its own.
    const isMade =
      (type.aliasTypeArguments ?? this.#checker.getTypeArguments(type as ts.TypeReference)).length > 0;
    if (
      isMade ||
      !/^[A-Z]\w+$/.test(name) ||
      !(type.isUnionOrIntersection() || type.flags & ts.TypeFlags.Object)
    )
      return this.#made(type);
    if (!(name in this.named)) {
      this.named[name] = {};
      this.named[name] = this.#made(type);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #made(type: ts.Type): Schema {
    const { flags } = type;
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.String) return { type: 'string' };
    if (flags & ts.TypeFlags.Number) return { type: 'number' };
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.#checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.isUnion()) return this.#union(type.types);
    const element =
      this.#checker.isArrayType(type) && this.#checker.getTypeArguments(type as ts.TypeReference)[0];
    if (element) return { type: 'array', items: this.of(element) };
    if (flags & ts.TypeFlags.Object || type.isIntersection()) return this.#object(type);
    return {};
  }

  #union(types: readonly ts.Type[]): Schema {
    const said = types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const words = said.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
    const rest = said.filter((one) => !one.isStringLiteral());
    const isBoolean = rest.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral).length === 2;
    const others = isBoolean ? rest.filter(({ flags }) => !(flags & ts.TypeFlags.BooleanLiteral)) : rest;
    const forms = [
      ...(words.length > 0 ? [{ enum: words }] : []),
      ...(isBoolean ? [{ type: 'boolean' }] : []),
      ...others.map((one) => this.of(one)),
    ];
    const [only, ...more] = forms;
    return only && more.length === 0 ? only : { anyOf: forms };
  }

  #object(type: ts.Type): Schema {
    const index = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    // What is only in the types, and methods of what the browser makes, are not sent.
    const properties = type
      .getProperties()
      .filter(
        (one) =>
          !one.name.startsWith('__@') && this.#checker.getTypeOfSymbol(one).getCallSignatures().length === 0,
      );
    const isOptional = (one: ts.Symbol) => (one.flags & ts.SymbolFlags.Optional) !== 0;
    return {
      type: 'object',
      ...(properties.length > 0 && {
        properties: Object.fromEntries(
          properties.map((one) => [one.name, this.of(this.#checker.getTypeOfSymbol(one))]),
        ),
        required: properties.filter((one) => !isOptional(one)).map(({ name }) => name),
      }),
      ...(index && { additionalProperties: this.of(index) }),
    };
  }
}

function answers(): { answers: Record<string, Schema>; schemas: Record<string, Schema> } {
  const path = join(root, 'tsconfig.server.json');
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path, (name) => ts.sys.readFile(name)).config,
    ts.sys,
    root,
  );
  const contract = join(root, 'src/contract.ts');
  const program = ts.createProgram([contract], config.options);
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(contract)!)!);
  const type = checker.getDeclaredTypeOfSymbol(exported.find(({ name }) => name === 'Answers')!);
  const schemas = new Schemas(checker);
  const all = type.getProperties().map((one) => [one.name, schemas.of(checker.getTypeOfSymbol(one))]);
  return { answers: Object.fromEntries(all) as Record<string, Schema>, schemas: schemas.named };
}

/** A route as the API document has it. */
interface Documented {
  summary: string;
  security: unknown[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: { 200: { content: { 'application/json'?: { schema?: Schema } } } };
}

async function askForDocument(): Promise<Record<string, Record<string, Documented>>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wednesday-'));
  const server = await startServer({ dataDir });
  try {
    const response = await fetch(`${server.url}/api/openapi.json`);
    return ((await response.json()) as { paths: Record<string, Record<string, Documented>> }).paths;
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const fieldsOf = (schema: Schema | undefined): string => {
  const { properties, required = [] } = (schema ?? {}) as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  const names = Object.keys(properties ?? {});
  if (names.length === 0) return schema && Object.keys(schema).length > 0 ? 'one of several' : '';
  return names.map((name) => (required.includes(name) ? `\`${name}\`` : `\`${name}?\``)).join(', ');
};
const answerOf = (schema: Schema | undefined): string => {
  if (schema === undefined) return 'bytes';
  const named = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  return named ? `${named}` : fieldsOf(schema);
};

function asPage(paths: Record<string, Record<string, Documented>>): string {
  const lines = [
    '# HTTP API',
    '',
    '*Made by `node tests/support/http-api.ts` of src/contract.ts and of a server that runs; not to be changed by hand.*',
    '',
    'Everything is JSON, and what changes something is sent from our own origin. `GET /api/openapi.json` has the same with every schema. A refusal is a problem by RFC 9457: `detail` is its sentence for people, `reason` and `code` are for programs. What a meeting, a board or a session sends while it lasts goes over its socket.',
    '',
    '| route | for | what it does | is sent | answers |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const [path, methods] of Object.entries(paths).sort(([a], [b]) => a.localeCompare(b, 'en')))
    for (const [method, one] of Object.entries(methods)) {
      const audience = one.security.length > 0 ? 'who is signed in' : 'anyone';
      const sent = fieldsOf(one.requestBody?.content['application/json'].schema);
      const answer = answerOf(one.responses[200].content['application/json']?.schema);
      lines.push(
        `| \`${method.toUpperCase()} ${path}\` | ${audience} | ${one.summary.replaceAll('|', '\\|')} | ${sent} | ${answer} |`,
      );
    }
  return `${lines.join('\n')}\n`;
}

/** Writes a file, or says that it is not what it should be. */
async function hold(name: string, text: string): Promise<void> {
  const file = join(root, name);
  const made = await prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
  if (process.argv[2] !== 'check') return writeFile(file, made);
  if ((await readFile(file, 'utf8').catch(() => '')) === made) return;
  console.error(`${name} is not what the contract says: run node tests/support/http-api.ts`);
  process.exitCode = 1;
}

await hold('server/answers.json', JSON.stringify(answers()));
await hold('docs/http-api.md', asPage(await askForDocument()));
