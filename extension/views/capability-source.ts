/**
 * Asks the adapter of the session in front for capabilities, with the types of the protocol. The
 * answer is plain JSON in the words of the seL4 manual; nothing here knows what a capability is.
 */
import * as vscode from 'vscode';
import type { CSpace, CustomRequests, Slot } from '../../debug-adapter/protocol.js';

/** Slots of one request: a CNode of 2^20 slots must not become one message. */
const pageSize = 512;

export class CapabilitySource {
  readonly session: vscode.DebugSession;

  constructor(session: vscode.DebugSession) {
    this.session = session;
  }

  async cspaces(): Promise<readonly CSpace[]> {
    return (await this.request('cantrip/capabilities', undefined)).cspaces;
  }

  /** The filled slots of a CNode; `path` is that of the slot that holds its capability. */
  async slots(cnode: number, path?: string): Promise<readonly Slot[]> {
    const all: Slot[] = [];
    for (;;) {
      const page = await this.request('cantrip/slots', {
        cnode,
        ...(path === undefined ? {} : { path }),
        start: all.length,
        count: pageSize,
      });
      all.push(...page.slots);
      if (page.slots.length === 0 || all.length >= page.total) return all;
    }
  }

  private async request<Name extends keyof CustomRequests>(
    name: Name,
    given: CustomRequests[Name]['arguments'],
  ): Promise<CustomRequests[Name]['body']> {
    return (await this.session.customRequest(name, given)) as CustomRequests[Name]['body'];
  }
}

/** The source of the session that the user looks at, if that is one of ours. */
export function activeCapabilitySource(): CapabilitySource | undefined {
  const session = vscode.debug.activeDebugSession;
  return session?.type === 'cantrip' ? new CapabilitySource(session) : undefined;
}
