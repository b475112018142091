import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { canonical } from './canonical.ts';
import { NO_ENTRY, sealEntry, verifyFile, type Hash, type Reference, type StoredEntry } from './chain.ts';

const hash: Hash = (...parts) => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex');
};

/** A file of entries, each naming the one that it is told to. */
function fileOf(refers: readonly (Reference | null)[]): StoredEntry[] {
  const entries: StoredEntry[] = [];
  for (const [index, refer] of refers.entries())
    entries.push(
      sealEntry({
        header: {
          v: 2,
          file: 'f',
          seq: index + 1,
          at: 1_000 + index,
          by: 'm',
          session: 's',
          board: 'b',
          boardSeq: 1,
          kind: refer ? 'Redaction' : 'Unit meeting',
          refers: refer,
          prev: entries.at(-1)?.hash ?? NO_ENTRY,
        },
        body: { text: `entry ${index + 1}` },
        salt: 'salt',
        hash,
      }),
    );
  return entries;
}

const changed = (entries: StoredEntry[], at: number, change: Partial<StoredEntry>) =>
  entries.map((entry, index) => (index === at ? { ...entry, ...change } : entry));

it('[F3] an entry of the first version is verified for ever', () => {
  const header = canonical({
    v: 1, file: 'f', seq: 1, at: 5, by: 'm', session: 's', board: 'b', boardSeq: 1, kind: 'Unit meeting', corrects: null,
    prev: NO_ENTRY, bodyHash: hash('salt', '{"text":"a"}'),
  }); // prettier-ignore
  const entry: StoredEntry = {
    file: 'f', seq: 1, at: 5, kind: 'Unit meeting', header, body: '{"text":"a"}', salt: 'salt', hash: hash(new Uint8Array([0]), NO_ENTRY, header),
  }; // prettier-ignore
  expect(verifyFile('f', [entry], hash)).toBeNull();
  expect(verifyFile('f', [{ ...entry, body: '{"text":"b"}' }], hash)?.seq).toBe(1);
});

it('[F3] whatever is wrong with one entry is named as what it is, and stops nobody', () => {
  const entries = fileOf([null, null, null]);
  expect(verifyFile('f', entries, hash)).toBeNull();
  const because = (change: Partial<StoredEntry>) => verifyFile('f', changed(entries, 1, change), hash);
  for (const header of ['null', '7', '"x"', '{}', '', '{"v":3}'])
    expect(because({ header }), header).toEqual({ seq: 2, why: 'its header cannot be read' });
  expect(because({ body: 'no JSON' })).toEqual({
    seq: 2,
    why: 'its words are not the ones that were written',
  });
  expect(because({ salt: null })?.why).toBe('its words are not the ones that were written');
  expect(because({ at: 5 })?.why).toBe(
    'its time or its kind beside the header is not the one that was written',
  );
  expect(because({ kind: 'Correction' })?.why).toBe(
    'its time or its kind beside the header is not the one that was written',
  );
});

it('[F16] words that are gone are accounted for by an entry that says so, or named', () => {
  const out = { body: null, salt: null };
  const plain = fileOf([null, null, null]);
  expect(verifyFile('f', changed(plain, 1, out), hash)).toEqual({
    seq: 2,
    why: 'its words were taken out and no entry says so',
  });
  const redacted = fileOf([null, null, { kind: 'redacts', seq: 2 }]);
  expect(verifyFile('f', changed(redacted, 1, out), hash)).toBeNull();
  expect(verifyFile('f', changed(redacted, 0, out), hash)?.seq).toBe(1);
  expect(verifyFile('f', redacted, hash)?.why).toBe(
    'its words are there although an entry says that they were taken out',
  );
  expect(verifyFile('f', changed(redacted, 1, { body: null }), hash)?.why).toBe(
    'its words were taken out in part',
  );
});
