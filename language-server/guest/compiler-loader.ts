/**
 * The compiler of guest TypeScript, loaded when somebody asks for what an editor's own TypeScript support needs. Sources
 * are checked by another one, in a thread of its own.
 */
import type { GuestCompiler } from '../../runtime/toolchain/guest/compiler-port.js';

export class CompilerLoader {
  private readonly whenFailed: (reason: string) => void;
  private compiler: GuestCompiler | undefined;
  private loading: Promise<void> | undefined;

  constructor(whenFailed: (reason: string) => void) {
    this.whenFailed = whenFailed;
  }

  /** Undefined when it could not be loaded. */
  async ready(): Promise<GuestCompiler | undefined> {
    this.loading ??= this.load();
    await this.loading;
    return this.compiler;
  }

  private async load(): Promise<void> {
    try {
      const module = await import('../../runtime/toolchain/guest/assemblyscript/main.js');
      this.compiler = module.guestCompiler;
    } catch (error) {
      this.whenFailed(error instanceof Error ? error.message : String(error));
    }
  }
}
