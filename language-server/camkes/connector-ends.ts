/** What an end of a connector takes, and whether an interface fits it: read from the declaration. */
import { canBe, kindOfInterface } from '../../runtime/toolchain/camkes/connector-fit.js';
import { connectorRow } from '../../runtime/toolchain/camkes/connectors.js';
import { isHardware } from '../../runtime/toolchain/camkes/lift.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { membersOfKind } from '../../runtime/toolchain/camkes/symbol.js';

export interface EndOf {
  readonly component: CamkesSymbol | undefined;
  readonly interface: CamkesSymbol<'interface'>;
}

/** Without a connector, which side it is alone decides. */
export function fitsEnd(
  connector: CamkesSymbol<'connector'> | undefined,
  side: 'from' | 'to',
  { component, interface: { node } }: EndOf,
): boolean {
  if (!canBe(node.kind, side)) return false;
  const end = connector?.node.ends.find(({ kind }) => kind === side);
  if (end?.type === undefined) return true;
  const kind = kindOfInterface[node.kind];
  const isSoftware = component === undefined || isHardware(component) === end.isHardware;
  return end.type.toLowerCase().startsWith(kind) && isSoftware;
}

export const checksTypes = (connector: CamkesSymbol<'connector'> | undefined): boolean =>
  connector === undefined ||
  (connectorRow(connector.name)?.attributes?.includes('disable_interface_type_checking') !== true &&
    !connector.node.attributes.some(({ name }) => name.text === 'disable_interface_type_checking'));

export const interfacesOf = (component: CamkesSymbol): EndOf[] =>
  membersOfKind(component, 'interface').map((each) => ({ component, interface: each }));
