/** The macros that a RISC-V compiler predefines for `.S` files (RISC-V C API specification). */
export function architectureMacros(extensions: ReadonlySet<string>): Record<string, string> {
  const macros: Record<string, string> = {
    __ASSEMBLER__: '1',
    __ELF__: '1',
    __riscv: '1',
    __riscv_xlen: '32',
    __riscv_float_abi_soft: '1',
    __riscv_cmodel_medlow: '1',
    __riscv_arch_test: '1',
  };
  for (const extension of extensions) macros[`__riscv_${extension}`] = '2000000';
  if (extensions.has('m')) {
    macros['__riscv_mul'] = '1';
    macros['__riscv_div'] = '1';
    macros['__riscv_muldiv'] = '1';
  }
  if (extensions.has('a')) macros['__riscv_atomic'] = '1';
  if (extensions.has('c')) macros['__riscv_compressed'] = '1';
  return macros;
}
