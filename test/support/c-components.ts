/** Systems with components in C: each `X.c` becomes `X.o` by GCC and the header that the build makes. */
import assert from 'node:assert/strict';
import type { BuildOptions } from '../../runtime/toolchain/build.js';
import { componentHeaders } from '../../runtime/toolchain/components/header.js';
import { registerHeaders } from '../../runtime/toolchain/components/register-headers.js';
import { upstreamHeaders } from '../../runtime/toolchain/components/upstream-headers.js';
import { compileC } from './c-compiler.js';
import { buildTexts, type Texts } from './component-system.js';

export function withCompiledC(
  compiler: string,
  texts: Texts,
  options?: readonly string[],
  buildOptions?: Partial<BuildOptions>,
): Texts {
  const { bindings } = buildTexts(texts, 'system.camkes', buildOptions);
  assert.ok(bindings);
  const all: Record<string, string | Uint8Array> = { ...texts };
  for (const [component, header] of componentHeaders(bindings)) {
    const source = texts[`${component}.c`];
    if (typeof source !== 'string') continue;
    const shared = Object.fromEntries([...upstreamHeaders, ...registerHeaders()]);
    const headers = { 'camkes.h': header, ...shared };
    all[`${component}.o`] = compileC(compiler, source, headers, options);
  }
  return all;
}
