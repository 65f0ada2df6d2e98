/** Where a random test begins: at a seed of its own, or where `node test/run.mjs --seed N` says. */
export function firstSeed(usual: number): number {
  const seed = process.env['CANTRIP_TEST_SEED'];
  return seed === undefined ? usual : Number(seed);
}
