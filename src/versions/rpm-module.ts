/**
 * Modular RPMs (`…-1.module_el8.4.0+2224+b07ac28e`): the tail names the build of the module, not the content. One advisory
 * gives several fixed versions that differ only there, one for each minor release of the distribution.
 */

const MODULE = /\.module[+_]el\d[^-:]*$/;

/** Whether the package was built in a module; it is never repaired by a version that was not, nor the other way round. */
export function isModular(version: string): boolean {
  return MODULE.test(version);
}

/**
 * The version as it compares with other builds of the same stream. Compare only within a stream: which one it is stands
 * in the module label of the installed package and in the title of the advisory, not in the version.
 *
 * @example withoutModuleBuild('1:10.24.0-1.module_el8.3.0+2047+b07ac28e') === '1:10.24.0-1'
 */
export function withoutModuleBuild(version: string): string {
  return version.replace(MODULE, '');
}
