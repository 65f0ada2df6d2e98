// The packages that there are: those of the archive, which nobody can take away, and those that were installed. These are
// in the flash; only where there is none, each is in frames of its own, and gone with the power. An installed package
// goes before one of the archive that has the same name.
import { ImageBytes } from '../../interfaces/image-bytes';
import { BundleImage, ImageError } from '../ProcessManager/bundle-image';
import { imageErrorText } from '../ProcessManager/image-error-text';
import { Manifest, isBundleName, isName } from '../ProcessManager/manifest';
import { SecurityError } from '../../interfaces/security';
import { ObjDescBundle } from '../../interfaces/object-descriptors';
import { CpioArchive } from './cpio';
import { PackageStore, StoreOutcome, StoredPackage } from './package-store';

/** An image has at most so many pages: all memory of the board is not much more. */
export const MOST_PAGES: u32 = 512;

/** A stretch of other bytes. */
class Part extends ImageBytes {
  constructor(
    private whole: ImageBytes,
    private start: u32,
    private count: u32,
  ) {
    super();
  }

  get size(): u32 {
    return this.count;
  }

  read(offset: u32, into: Uint8Array): void {
    this.whole.read(this.start + offset, into);
  }
}

export class Package {
  constructor(
    /** With its suffix. */
    public name: string,
    public bytes: ImageBytes,
    /** Of an installed one that is not in the flash. */
    public contents: ObjDescBundle | null = null,
  ) {}
}

export class Packages {
  private builtin: Package[] = [];
  private installed: Package[] = [];
  /** Whether the archive of built-in packages ends otherwise than it should. */
  isArchiveBroken: bool = false;
  /** What the last package that was refused has, or has not. */
  reason: string = '';
  /** What was installed last. */
  last: string = '';
  /** Whether the frames of what was installed last are what it is kept in. */
  isInFrames: bool = false;
  replaced: Package | null = null;

  /** `store` is null where there is no flash. */
  constructor(
    archive: ImageBytes,
    private store: PackageStore | null,
  ) {
    let reader = new CpioArchive(archive);
    for (let file = reader.next(); file; file = reader.next()) {
      let bytes = new Part(archive, <u32>file.start, <u32>file.size);
      this.builtin.push(new Package(file.name, bytes));
    }
    this.isArchiveBroken = reader.isBroken;
    if (store) this.takeStored(store.packages);
  }

  private takeStored(stored: StoredPackage[]): void {
    for (let index = 0; index < stored.length; index++)
      this.installed.push(new Package(stored[index].name, stored[index]));
  }

  /** By its name with or without a suffix. */
  find(name: string): Package | null {
    let found = lookUp(this.installed, name);
    return found ? found : lookUp(this.builtin, name);
  }

  /** By its name with or without a suffix: whether one is built in. */
  isBuiltin(name: string): bool {
    return lookUp(this.builtin, name) != null;
  }

  /** Not an application. */
  findModel(name: string): Package | null {
    let found = this.find(name);
    return found && !found.name.endsWith('.app') ? found : null;
  }

  /** Sorted, each once. */
  names(): string[] {
    let names: string[] = [];
    addNames(names, this.installed);
    addNames(names, this.builtin);
    return names;
  }

  /** `name` is empty where the manifest tells it. Gives the error; the name is then that of `last`. */
  install(name: string, bytes: ImageBytes, contents: ObjDescBundle): SecurityError {
    let error = this.check(name, bytes, contents);
    if (error != SecurityError.Success) return error;
    if (lookUp(this.installed, this.last + '.app'))
      return this.refuse(SecurityError.DeleteFirst, 'there is one of this name');
    return this.keep(this.last + '.app', bytes, contents);
  }

  /** In the place of one of that name, or with the one that the manifest tells; that is `replaced` then. */
  update(name: string, bytes: ImageBytes, contents: ObjDescBundle): SecurityError {
    this.replaced = null;
    let error = this.check(name, bytes, contents);
    if (error != SecurityError.Success) return error;
    if (!this.find(this.last + '.app'))
      return this.refuse(SecurityError.BundleNotFound, 'there is none of this name');
    let before = lookUp(this.installed, this.last + '.app');
    error = this.keep(this.last + '.app', bytes, contents);
    if (error != SecurityError.Success || !before) return error;
    this.installed.splice(this.installed.indexOf(before), 1);
    this.replaced = before;
    return error;
  }

  private check(name: string, bytes: ImageBytes, contents: ObjDescBundle): SecurityError {
    let pages = contents.count;
    if (pages == 0 || pages > MOST_PAGES)
      return this.refuse(
        SecurityError.PackageBufferLenInvalid,
        'it has ' + pages.toString() + ' pages',
      );
    let image = new BundleImage(bytes);
    if (image.error != ImageError.None)
      return this.refuse(SecurityError.BundleDataInvalid, imageErrorText(image));
    let text = image.manifest;
    let known = name;
    if (text.length > 0) {
      let manifest = new Manifest(text);
      if (manifest.error.length > 0)
        return this.refuse(SecurityError.BundleDataInvalid, 'its manifest has ' + manifest.error);
      if (known.length > 0 && known != manifest.name)
        return this.refuse(SecurityError.BundleIdInvalid, 'its manifest calls it ' + manifest.name);
      known = manifest.name;
    }
    if (!isBundleName(known)) return this.refuse(SecurityError.BundleIdInvalid, 'it has no name');
    this.last = known;
    return SecurityError.Success;
  }

  /** A model has no image that we look into. */
  installModel(name: string, bytes: ImageBytes, contents: ObjDescBundle): SecurityError {
    let pages = contents.count;
    if (pages == 0 || pages > MOST_PAGES)
      return this.refuse(
        SecurityError.PackageBufferLenInvalid,
        'it has ' + pages.toString() + ' pages',
      );
    if (!isName(name)) return this.refuse(SecurityError.BundleIdInvalid, 'it has no name');
    if (lookUp(this.installed, name))
      return this.refuse(SecurityError.DeleteFirst, 'there is one of this name');
    return this.keep(name, bytes, contents);
  }

  /** In the flash, where there is one. What has this name in the flash is gone then. */
  private keep(name: string, bytes: ImageBytes, contents: ObjDescBundle): SecurityError {
    let store = this.store;
    this.isInFrames = !store;
    if (!store) {
      this.installed.push(new Package(name, bytes, contents));
      return SecurityError.Success;
    }
    let outcome = store.write(name, bytes);
    if (outcome == StoreOutcome.NoRoom)
      return this.refuse(
        SecurityError.StorageFull,
        'it needs ' +
          sizeText(store.needed) +
          ' of flash, and ' +
          sizeText(store.free) +
          ' are free',
      );
    if (outcome == StoreOutcome.Bad)
      return this.refuse(SecurityError.InstallFailed, 'the flash does not keep it');
    this.installed.push(new Package(name, store.find(name)!));
    return SecurityError.Success;
  }

  /** Takes an installed one out; null when there is none. */
  uninstall(name: string): Package | null {
    let found = lookUp(this.installed, name);
    if (!found) return null;
    this.installed.splice(this.installed.indexOf(found), 1);
    let store = this.store;
    let stored = store ? store.find(found.name) : null;
    if (stored) store!.remove(stored);
    return found;
  }

  private refuse(error: SecurityError, reason: string): SecurityError {
    this.reason = reason;
    return error;
  }
}

/** Of so many sectors. */
function sizeText(sectors: u32): string {
  return (4 * sectors).toString() + ' KiB';
}

function lookUp(packages: Package[], name: string): Package | null {
  let suffixes: string[] = ['', '.app', '.kelvin', '.model'];
  for (let suffix = 0; suffix < suffixes.length; suffix++) {
    let full = name + suffixes[suffix];
    for (let index = 0; index < packages.length; index++)
      if (packages[index].name == full) return packages[index];
  }
  return null;
}

function addNames(names: string[], packages: Package[]): void {
  for (let index = 0; index < packages.length; index++) {
    let name = packages[index].name;
    if (names.includes(name)) continue;
    let place = names.length;
    while (place > 0 && names[place - 1] > name) place--;
    names.push(name);
    for (let at = names.length - 1; at > place; at--) names[at] = names[at - 1];
    names[place] = name;
  }
}
