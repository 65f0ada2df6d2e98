/**
 * The compiler of guest TypeScript, loaded when the first such source is looked at: it is larger than the server, and
 * most sessions need none. Until it is there, nothing is said; then everything is asked for again.
 */
import type { GuestCompiler } from '../../runtime/toolchain/guest/compiler-port.js';

export class CompilerLoader {
  private readonly whenLoaded: () => void;
  private readonly whenFailed: (reason: string) => void;
  private compiler: GuestCompiler | undefined;
  private loading: Promise<void> | undefined;

  constructor(whenLoaded: () => void, whenFailed: (reason: string) => void) {
    this.whenLoaded = whenLoaded;
    this.whenFailed = whenFailed;
  }

  /** Undefined until it is loaded. */
  get(): GuestCompiler | undefined {
    this.loading ??= this.load();
    return this.compiler;
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
      this.whenLoaded();
    } catch (error) {
      this.whenFailed(error instanceof Error ? error.message : String(error));
    }
  }
}
