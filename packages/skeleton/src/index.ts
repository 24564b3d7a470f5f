/**
 * A handler's first files, written out of a description of its input. It reads texts and gives texts: no file, no server,
 * and nothing of the description is run.
 */
export { DescriptionError } from "./description-error.ts";
export { generatedMark } from "./generated-mark.ts";
export { writeSkeleton, type Skeleton, type SkeletonFile, type SkeletonOptions } from "./write-skeleton.ts";
