/**
 * What a system becomes in capDL, for those who ask about one connection or end: made when first asked
 * for, and kept as long as the system.
 */
import type { CompiledAssembly } from '../../runtime/toolchain/camkes/compile.js';
import { compileSystem, type SystemReading } from '../../runtime/toolchain/camkes/read-system.js';
import type {
  CamkesSystem,
  Connection,
  ConnectionEndpoint,
} from '../../runtime/toolchain/camkes/system.js';
import type {
  CapdlCapability,
  CapdlObject,
  CapdlRights,
  CapdlSpec,
} from '../../runtime/toolchain/capdl/spec.js';

export interface HeldCapability {
  readonly holder: string;
  readonly slot: number;
  readonly capability: CapdlCapability;
}

export class CompiledSystems {
  private readonly made = new WeakMap<CamkesSystem, CompiledAssembly>();

  specOf(program: SystemReading): CapdlSpec | undefined {
    return this.of(program)?.spec;
  }

  of(reading: SystemReading): CompiledAssembly | undefined {
    const { system } = reading.analysis;
    if (system === undefined) return undefined;
    const known = this.made.get(system);
    if (known !== undefined) return known;
    const compiled = compileSystem(reading);
    if (compiled !== undefined) this.made.set(system, compiled);
    return compiled;
  }
}

export function objectsOf(spec: CapdlSpec, connection: Connection): CapdlObject[] {
  const reason = `connection ${connection.name}`;
  return spec.objects.filter(({ origin }) => origin?.reason === reason);
}

/** The capabilities that an end's address space has in its CNode because of the connection. */
export function capabilitiesOfEnd(
  spec: CapdlSpec,
  connection: Connection,
  { instance }: ConnectionEndpoint,
): HeldCapability[] {
  const reason = `connection ${connection.name}`;
  const holder = `${instance.addressSpace}_cnode`;
  const cnode = spec.objects.find(({ name }) => name === holder);
  return [...(cnode?.slots ?? [])]
    .filter(([, capability]) => capability.origin?.reason === reason)
    .map(([slot, capability]) => ({ holder, slot, capability }));
}

/** `RW`, in the order in which capDL writes them. */
export function rightsText(rights: CapdlRights | undefined): string {
  if (rights === undefined) return '';
  const { read, write, grant, grantReply } = rights;
  return `${read ? 'R' : ''}${write ? 'W' : ''}${grant ? 'G' : ''}${grantReply ? 'P' : ''}`;
}

export function capabilityText({ object, rights, badge }: CapdlCapability): string {
  const facts = [rightsText(rights), badge === undefined ? '' : `badge ${badge}`];
  const shown = facts.filter((fact) => fact !== '').join(', ');
  return `\`${object}\`${shown === '' ? '' : ` (${shown})`}`;
}
