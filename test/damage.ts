import fc from 'fast-check';

/** One of the ways in which a copied log goes bad. */
export const damage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(400) }),
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), length: fc.nat(255) }),
  fc.record({ kind: fc.constant('nul' as const), at: fc.nat(), length: fc.nat(700) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat(), length: fc.nat(2_000) }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat(), length: fc.constant(0) }),
);

type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

export function mutate(content: Buffer, { kind, at, length }: Damage): Buffer {
  const from = content.length === 0 ? 0 : at % content.length;
  const [before, part, behind] = [content.subarray(0, from), content.subarray(from, from + length), content.subarray(from + length)];
  switch (kind) {
    case 'cut':
      return Buffer.concat([before, behind]);
    case 'flip': {
      const flipped = Buffer.from(content);
      if (flipped.length > 0) flipped[from] = (flipped[from] ?? 0) ^ (length + 1);
      return flipped;
    }
    case 'nul':
      return Buffer.concat([before, Buffer.alloc(part.length), behind]);
    case 'double':
      return Buffer.concat([before, part, part, behind]);
    case 'end':
      return before;
  }
}
