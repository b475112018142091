/**
 * JSON Schemas of what the routes answer, made of the contract's types: `node tests/support/answers.ts` writes them to
 * server/answers.json, from where the API document takes them; with `check` it says whether they are the contract's.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import prettier from 'prettier';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const file = join(root, 'server/answers.json');

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
    const any = [
      ...(words.length > 0 ? [{ enum: words }] : []),
      ...(isBoolean ? [{ type: 'boolean' }] : []),
      ...others.map((one) => this.of(one)),
    ];
    return any.length === 1 ? any[0]! : { anyOf: any };
  }

  #object(type: ts.Type): Schema {
    const index = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const properties = type.getProperties();
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

const made = await prettier.format(JSON.stringify(answers()), {
  ...(await prettier.resolveConfig(file)),
  filepath: file,
});
if (process.argv[2] !== 'check') await writeFile(file, made);
else if ((await readFile(file, 'utf8').catch(() => '')) !== made) {
  console.error('server/answers.json is not what the contract says: run node tests/support/answers.ts');
  process.exitCode = 1;
}
