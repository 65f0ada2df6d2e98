/** Whoever creates a disposable registers it in its own store at once. */
export interface Disposable {
  dispose(): void;
}

/** Disposes its members in reverse order. A late `add` after `dispose` disposes at once. */
export class DisposableStore implements Disposable {
  private readonly members: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(member: T): T {
    if (this.disposed) member.dispose();
    else this.members.push(member);
    return member;
  }

  dispose(): void {
    this.disposed = true;
    while (this.members.length > 0) this.members.pop()?.dispose();
  }
}
