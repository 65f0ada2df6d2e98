/** A system that uses a connector: what it is made of, and what it prints when it works. */
import type { Texts } from '../component-system.js';

export interface ConnectorCase {
  /** The connectors that it is the test of. */
  readonly connectors: readonly string[];
  /** Of a further system with the same connector. */
  readonly title?: string;
  readonly texts: Texts;
  /** Whose order matters. */
  readonly prints: readonly string[];
  /** What the program changes of its capabilities itself, as CAmkES has it. */
  readonly differences?: readonly string[];
}

/** Connectors that no system of ours can use, and why. */
export type ImpossibleConnectors = Readonly<Record<string, string>>;
