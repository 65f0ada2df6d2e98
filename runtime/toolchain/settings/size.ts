const units: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `4M`, `512K`, `4MiB`, `4194304`, `0x400000`: a memory size in bytes, a positive multiple of a page below 4 GiB. */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(0[xX][0-9a-fA-F]+|\d+)\s*([KMG]?)(?:i?B)?\s*$/i.exec(text);
  const unit = units[(match?.[2] ?? '').toUpperCase()];
  if (match?.[1] === undefined || unit === undefined) return undefined;
  const bytes = Number(match[1]) * unit;
  return bytes > 0 && bytes < 2 ** 32 && bytes % 4096 === 0 ? bytes : undefined;
}
