/** A seeded generator (sfc32): 128 bits of state, so that large seeds are not all the same one. Returns [0, 1). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  let b = (seed * 0x9e3779b9) >>> 0;
  let c = 0x243f6a88;
  let d = 1;
  const next = () => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}

/** An id of ours from a generator. */
export function seededId(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The seeds of a run: SEED=n plays one, SEEDS=n plays that many from a start that is printed. */
export function seedsOf(many: number): number[] {
  if (process.env.SEED) return [Number(process.env.SEED)];
  const first = Math.floor(Math.random() * 2 ** 31);
  const length = Number(process.env.SEEDS ?? many);
  console.info(`seeds ${first} to ${first + length - 1}`);
  return Array.from({ length }, (_, i) => first + i);
}
