import { BundleImage, ImageError } from './bundle-image';

/** What is wrong with an image, in words. */
export function imageErrorText(image: BundleImage): string {
  let at = ' at byte ' + image.errorOffset.toString();
  switch (image.error) {
    case ImageError.None:
      return '';
    case ImageError.BadMagic:
      return 'no section begins' + at;
    case ImageError.Truncated:
      return (
        'it ends too early, within the section' +
        at +
        ': ' +
        image.size.toString() +
        ' bytes came, and its headers say at least ' +
        image.neededBytes.toString()
      );
    case ImageError.BadCrc:
      return 'the checksum is wrong of the section' + at;
    case ImageError.BadFileType:
    case ImageError.MixedFileTypes:
      return 'it is no application, by the section' + at;
    case ImageError.Overlap:
      return 'another section overlaps the one' + at;
    case ImageError.TooManySections:
      return 'it has too many sections';
    case ImageError.BadEntry:
      return 'it has no entry in executable memory';
    default:
      return 'addresses or sizes are wrong of the section' + at;
  }
}
