// The packages that there are: those of the archive, which nobody can take away, and those that were installed, each in
// frames of its own. An installed package goes before one of the archive that has the same name.
import { ImageBytes } from '../../interfaces/image-bytes';
import { BundleImage, ImageError } from '../ProcessManager/bundle-image';
import { imageErrorText } from '../ProcessManager/image-error-text';
import { Manifest, isName } from '../ProcessManager/manifest';
import { SecurityError } from '../../interfaces/security';
import { ObjDescBundle } from '../../interfaces/object-descriptors';
import { CpioArchive } from './cpio';

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
    public manifest: string,
    /** Of an installed one. */
    public contents: ObjDescBundle | null,
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
  private lastManifest: string = '';
  replaced: Package | null = null;

  constructor(archive: ImageBytes) {
    let reader = new CpioArchive(archive);
    for (let file = reader.next(); file; file = reader.next()) {
      let bytes = new Part(archive, <u32>file.start, <u32>file.size);
      this.builtin.push(new Package(file.name, bytes, '', null));
    }
    this.isArchiveBroken = reader.isBroken;
  }

  /** By its name with or without a suffix. */
  find(name: string): Package | null {
    let found = lookUp(this.installed, name);
    return found ? found : lookUp(this.builtin, name);
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
    this.installed.push(new Package(this.last + '.app', bytes, this.lastManifest, contents));
    return error;
  }

  /** In the place of one with the name that the manifest tells; that is `replaced` then. */
  update(bytes: ImageBytes, contents: ObjDescBundle): SecurityError {
    this.replaced = null;
    let error = this.check('', bytes, contents);
    if (error != SecurityError.Success) return error;
    if (!this.find(this.last + '.app'))
      return this.refuse(SecurityError.BundleNotFound, 'there is none of this name');
    this.replaced = this.uninstall(this.last + '.app');
    this.installed.push(new Package(this.last + '.app', bytes, this.lastManifest, contents));
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
    if (!isName(known)) return this.refuse(SecurityError.BundleIdInvalid, 'it has no name');
    this.last = known;
    this.lastManifest = text;
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
    this.installed.push(new Package(name, bytes, '', contents));
    return SecurityError.Success;
  }

  /** Takes an installed one out; null when there is none. */
  uninstall(name: string): Package | null {
    let found = lookUp(this.installed, name);
    if (!found) return null;
    this.installed.splice(this.installed.indexOf(found), 1);
    return found;
  }

  private refuse(error: SecurityError, reason: string): SecurityError {
    this.reason = reason;
    return error;
  }
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
