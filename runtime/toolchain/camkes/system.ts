/**
 * A whole CAmkES system after all names are resolved and the hierarchy is flat: what is compiled to capDL,
 * drawn as a diagram and asked by the editor. Plain data; everything has a place in the sources.
 */
import type { HeaderType } from '../c-headers/header-type.js';
import type { Place } from '../text/source-line.js';
import type { Value } from './value.js';

export type Dialect = 'upstream' | 'sparrow';

export interface CamkesSystem {
  readonly dialect: Dialect;
  /**
   * In the order of the reference tools: those of the assembly first, its groups' last, then what is inside
   * of each of them in the same way.
   */
  readonly instances: readonly Instance[];
  /** Those of the assembly first, then those inside of its instances; merged ones, which share an end, last. */
  readonly connections: readonly Connection[];
  /** Settings of things that are no instance: `random.ID` of a system without `random`, `conn.size` of connections. */
  readonly looseSettings: readonly Setting[];
  readonly schedule: readonly {
    readonly domain: number;
    readonly duration: bigint;
    readonly unit: 'ticks' | 'us';
  }[];
}

export interface Instance {
  /** Its path through the hierarchy: `outer.inner`. */
  readonly name: string;
  readonly component: ComponentType;
  /** Its group, or its own name: the name of its address space. */
  readonly addressSpace: string;
  /** Where the instance is declared. */
  readonly place: Place;
  /** By attribute; of the instance's own and of inner settings that reached it. Defaults of attributes are in, too. */
  readonly settings: ReadonlyMap<string, Setting>;
}

export interface Setting {
  readonly instance: string;
  readonly attribute: string;
  readonly value: Value;
  /** The whole setting, or the attribute's declaration for a default. */
  readonly place: Place;
  readonly isDefault: boolean;
}

export interface ComponentType {
  readonly name: string;
  readonly place: Place;
  readonly isControl: boolean;
  readonly isHardware: boolean;
  readonly interfaces: readonly InterfaceDeclaration[];
  readonly mutexes: readonly Declared[];
  readonly semaphores: readonly Declared[];
  readonly binarySemaphores: readonly Declared[];
  readonly copyRegions: readonly (Declared & { readonly sizeBytes: bigint | undefined })[];
  readonly attributes: readonly AttributeDeclaration[];
  /** C headers that it includes. */
  readonly includes?: readonly HeaderInclude[];
  /** Whether it has instances of its own. */
  readonly isComposite: boolean;
}

export interface Declared {
  readonly name: string;
  readonly place: Place;
}

export interface InterfaceDeclaration extends Declared {
  readonly kind: 'uses' | 'provides' | 'emits' | 'consumes' | 'dataport';
  readonly isOptional: boolean;
  /** The type's name; `Buf` for a dataport without another. */
  readonly type: string;
  /** Of a dataport `Buf(n)`. */
  readonly sizeBytes: bigint | undefined;
  /** Of `uses` and `provides`; undefined where the name could not be resolved. */
  readonly procedure: ProcedureType | undefined;
}

export interface AttributeDeclaration extends Declared {
  /** As written: `int`, `string`, `struct s`. */
  readonly type: string;
  readonly isArray: boolean;
  readonly fields: readonly AttributeDeclaration[] | undefined;
  readonly initial: Value | undefined;
}

export interface ProcedureType extends Declared {
  readonly methods: readonly MethodType[];
  readonly attributes: readonly AttributeDeclaration[];
  readonly includes?: readonly HeaderInclude[];
  /** Of the types of its methods those that are no types of CAmkES: what C headers say of them. */
  readonly headerTypes?: ReadonlyMap<string, HeaderType>;
}

/** `include "foo.h";` and `include <foo.h>;`. */
export interface HeaderInclude {
  readonly path: string;
  readonly style: 'quoted' | 'angle';
}

export interface MethodType extends Declared {
  /** `void` for none. */
  readonly returns: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly direction: 'in' | 'out' | 'inout' | 'refin';
    readonly type: string;
    readonly isArray: boolean;
  }[];
}

export interface ConnectorType extends Declared {
  /** Of a connector of the project that is compiled as the one that `name` says. */
  readonly declaredName?: string;
  readonly from: ConnectorEndType;
  readonly to: ConnectorEndType;
  readonly attributes: readonly AttributeDeclaration[];
}

export interface ConnectorEndType {
  readonly kind: 'event' | 'procedure' | 'dataport';
  readonly isMany: boolean;
  readonly isHardware: boolean;
  /** Threads that the runtime gives to each such end. */
  readonly threads: number;
}

export interface Connection extends Declared {
  readonly connector: ConnectorType;
  readonly from: readonly ConnectionEndpoint[];
  readonly to: readonly ConnectionEndpoint[];
  /** Settings of the connection itself: `conn.size`. */
  readonly settings: ReadonlyMap<string, Setting>;
}

export interface ConnectionEndpoint {
  readonly instance: Instance;
  readonly interface: InterfaceDeclaration;
  /** The end in the connection: `from a.b`. */
  readonly place: Place;
}
