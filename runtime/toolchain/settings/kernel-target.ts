/**
 * Which platform and architecture the settings of a seL4 build ask for. A build says it in several ways:
 * `PLATFORM` may name a board or an architecture, flags such as `AARCH64` go before `KernelSel4Arch`, and
 * without any of them the kernel takes the first architecture that its platform has (seL4 src/plat/*).
 */
import { architectureNamed, type ArchitectureName } from './architecture-name.js';

type Variables = ReadonlyMap<string, string>;

/** The chip's name by which the kernel knows the platform; undefined when nothing names one. */
export function kernelPlatformOf(variables: Variables): string | undefined {
  const platform = variables.get('PLATFORM') ?? '';
  const known = variables.get('KernelPlatform') ?? '';
  if (platform === '') return known === '' ? undefined : known;
  return chipOfBoard.get(platform) ?? (known === '' ? platform : known);
}

export interface KernelArchitecture {
  readonly name: ArchitectureName;
  /** The variable that says it. */
  readonly variable: string;
}

/** Undefined when nothing speaks for one. */
export function kernelArchitectureOf(variables: Variables): KernelArchitecture | undefined {
  const isOn = (name: string): boolean =>
    /^(1|ON|YES|TRUE|Y)$/i.test(variables.get(name)?.trim() ?? '');
  const named = (
    names: readonly string[],
    nameOf: (text: string) => ArchitectureName | undefined,
  ): KernelArchitecture | undefined => {
    for (const variable of names) {
      const name = nameOf(variables.get(variable) ?? '');
      if (name !== undefined) return { name, variable };
    }
    return undefined;
  };
  const stated = named(statedNames, architectureNamed);
  const isHyp = isOn('ARM_HYP') || stated?.name === 'arm_hyp';
  for (const [variable, name] of flags)
    if (isOn(variable)) return { name: name === 'aarch32' && isHyp ? 'arm_hyp' : name, variable };
  return (
    stated ??
    named(['PLATFORM', 'KernelPlatform'], (text) =>
      firstOfPlatform.get(chipOfBoard.get(text) ?? text),
    ) ??
    named(['KernelArch'], (text) => firstOfFamily.get(text.toLowerCase()))
  );
}

/** What the kernel's own build files set once the architecture is known: others ask for these. */
export function* kernelFacts(architecture: ArchitectureName): Iterable<readonly [string, string]> {
  const family = architecture.startsWith('riscv')
    ? (['riscv', 'RiscV'] as const)
    : architecture.startsWith('a')
      ? (['arm', 'ARM'] as const)
      : (['x86', 'X86'] as const);
  yield ['KernelSel4Arch', architecture];
  yield ['KernelArch', family[0]];
  yield [`KernelArch${family[1]}`, 'ON'];
  yield [`KernelSel4Arch${sel4ArchSuffix[architecture]}`, 'ON'];
  if (architecture === 'arm_hyp') yield ['KernelSel4ArchAarch32', 'ON'];
  const is64 = architecture.endsWith('64');
  yield ['KernelWordSize', is64 ? '64' : '32'];
  yield [is64 ? 'Kernel64' : 'Kernel32', 'ON'];
}

/** The newest first; the others are of old trees. */
const statedNames = [
  'KernelSel4Arch',
  'KernelArmSel4Arch',
  'KernelX86Sel4Arch',
  'KernelRiscVSel4Arch',
  'PLATFORM',
];

const flags: readonly (readonly [string, ArchitectureName])[] = [
  ['ARM', 'aarch32'],
  ['AARCH32', 'aarch32'],
  ['AARCH32HF', 'aarch32'],
  ['AARCH64', 'aarch64'],
  ['RISCV64', 'riscv64'],
  ['RISCV32', 'riscv32'],
];

const sel4ArchSuffix: Readonly<Record<ArchitectureName, string>> = {
  riscv32: 'RiscV32',
  riscv64: 'RiscV64',
  aarch32: 'Aarch32',
  arm_hyp: 'ArmHyp',
  aarch64: 'Aarch64',
  ia32: 'IA32',
  x86_64: 'X86_64',
};

const chipOfBoard = new Map(
  Object.entries({
    pc99: ['x86_64', 'ia32'],
    rocketchip: ['rocketchip-base', 'rocketchip-zcu102'],
    imx6: ['sabre', 'wandq', 'nitrogen6sx'],
    bcm2837: ['rpi3'],
    bcm2711: ['rpi4'],
    exynos5: ['exynos5250', 'exynos5410', 'exynos5422'],
    am335x: ['am335x-boneblack', 'am335x-boneblue', 'am335x-bone'],
    zynqmp: ['zcu102', 'ultra96', 'ultra96v2'],
  }).flatMap(([chip, boards]) => boards.map((board) => [board, chip] as const)),
);

const firstOfPlatform = new Map(
  Object.entries({
    riscv32: ['nexus', 'sparrow'],
    riscv64: [
      'ariane',
      'bananapi-f3',
      'cheshire',
      'hifive',
      'hifive-p550',
      'polarfire',
      'qemu-riscv-virt',
      'rocketchip',
      'spike',
      'star64',
    ],
    aarch32: [
      'allwinnerA20',
      'am335x',
      'apq8064',
      'bcm2837',
      'exynos4',
      'exynos5',
      'hikey',
      'imx31',
      'imx6',
      'imx7',
      'omap3',
      'tk1',
      'zynq7000',
    ],
    aarch64: [
      'bcm2711',
      'bcm2712',
      'fvp',
      'imx8mm-evk',
      'imx8mp-evk',
      'imx8mq-evk',
      'imx93',
      'maaxboard',
      'odroidc2',
      'odroidc4',
      'qemu-arm-virt',
      'quartz64',
      'rk3568',
      'rockpro64',
      'stm32mp2',
      'tqma8xqp1gb',
      'tx1',
      'tx2',
      'zynqmp',
    ],
    x86_64: ['pc99'],
  } satisfies Partial<Record<ArchitectureName, readonly string[]>>).flatMap(([name, platforms]) =>
    platforms.map((platform) => [platform, architectureNamed(name)] as const),
  ),
);

const firstOfFamily: ReadonlyMap<string, ArchitectureName> = new Map([
  ['x86', 'x86_64'],
  ['arm', 'aarch64'],
  ['riscv', 'riscv64'],
]);
