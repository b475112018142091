import { expect, it } from 'vitest';
import { canonical } from './canonical.ts';

it('[F1] keys are sorted, nothing is lost, and what has no canonical form is refused', () => {
  expect(canonical({ b: [1, null, true], a: 'é\n"', é: {} })).toBe(
    '{"a":"é\\n\\"","b":[1,null,true],"é":{}}',
  );
  expect(canonical({ b: 1, a: 2 })).toBe(canonical({ a: 2, b: 1 }));
  for (const bad of [1.5, Number.NaN, 2 ** 60, '\ud800']) expect(() => canonical(bad)).toThrow();
});
