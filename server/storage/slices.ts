import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

type Struct = Y.Item | Y.GC | Y.Skip;

/** What of the store's own classes an update is written with (Yjs 13.6). */
interface Place {
  client: number;
  clock: number;
}

/**
 * A Yjs update as several, of at most `most` pieces (and erasures) each, in an order in which each stands on those before
 * it: applied one after the other, in turns of their own, they make what the whole would have made. Each is written when it
 * is asked for. An update whose pieces stand on what is not in it comes back as it is.
 */
export function* slicesOf(update: Uint8Array, most: number): Generator<Uint8Array> {
  const { structs, ds } = Y.decodeUpdate(update);
  const ordered = inOrderOfNeed(structs);
  if (ordered === null) return yield update;
  for (let from = 0; from < ordered.length; from += most)
    yield writeSlice(ordered.slice(from, from + most), []);
  const erasures = [...ds.clients].flatMap(([client, ranges]) => ranges.map((range) => ({ client, range })));
  for (let from = 0; from < erasures.length; from += most)
    yield writeSlice([], erasures.slice(from, from + most));
}

/** Each piece behind its neighbours and its parent; null where one of them is not here. */
function inOrderOfNeed(structs: readonly Struct[]): Struct[] | null {
  const byClient = Map.groupBy(structs, (struct) => struct.id.client);
  /** How many of a client's pieces, and up to which clock, stand already. */
  const done = new Map([...byClient.keys()].map((client) => [client, { pieces: 0, clock: 0 }]));
  const ordered: Struct[] = [];
  for (const first of byClient.keys()) {
    // The pieces of this client, each behind what it needs of others; valid needs go round no circle.
    const waiting = [first];
    while (waiting.length > 0) {
      if (waiting.length > byClient.size) return null;
      const client = waiting.at(-1)!;
      const at = done.get(client)!;
      const struct = byClient.get(client)![at.pieces];
      if (!struct) {
        waiting.pop();
        continue;
      }
      const needed = needsOf(struct).find((need) => need.clock >= (done.get(need.client)?.clock ?? -1));
      if (needed) {
        const theirs = byClient.get(needed.client);
        if (!theirs || needed.client === client || !theirs[done.get(needed.client)!.pieces]) return null;
        waiting.push(needed.client);
        continue;
      }
      ordered.push(struct);
      at.pieces++;
      at.clock = struct.id.clock + struct.length;
      // Whoever waited for this one goes on first.
      if (waiting.length > 1) waiting.pop();
    }
  }
  return ordered;
}

function needsOf(struct: Struct): Place[] {
  if (!(struct instanceof Y.Item)) return [];
  const parent = struct.parent instanceof Y.ID ? struct.parent : null;
  return [struct.origin, struct.rightOrigin, parent].filter((place) => place !== null);
}

/** In the first encoding: pieces by client in the order of their clocks, then erasures by client. */
function writeSlice(
  structs: readonly Struct[],
  erasures: readonly { client: number; range: { clock: number; len: number } }[],
): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const { restEncoder } = encoder;
  const byClient = Map.groupBy(structs, (struct) => struct.id.client);
  encoding.writeVarUint(restEncoder, byClient.size);
  for (const [client, own] of byClient) {
    encoding.writeVarUint(restEncoder, own.length);
    encoder.writeClient(client);
    encoding.writeVarUint(restEncoder, own[0]!.id.clock);
    for (const struct of own) struct.write(encoder, 0);
  }
  const erased = Map.groupBy(erasures, ({ client }) => client);
  encoding.writeVarUint(restEncoder, erased.size);
  for (const [client, own] of erased) {
    encoding.writeVarUint(restEncoder, client);
    encoding.writeVarUint(restEncoder, own.length);
    for (const { range } of own) {
      encoding.writeVarUint(restEncoder, range.clock);
      encoding.writeVarUint(restEncoder, range.len);
    }
  }
  return encoder.toUint8Array();
}
