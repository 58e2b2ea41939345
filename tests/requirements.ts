/**
 * What a test requires of the machine and of the command that started it. A test whose requirements are not met
 * is reported as ignored, so that a plain `deno test` passes and says what it left out.
 *
 *     Deno.test({ name: "...", ignore: lacks(["net", "run"], ["curl"]), fn });
 *
 * @module
 */

/** Whether one of these permissions was not granted in full, or one of these programs is not installed. */
export function lacks(permissions: Deno.PermissionName[], programs: string[] = []): boolean {
  return permissions.some((name) => !granted(name)) || programs.some((program) => !installed(program));
}

/** Whether permission `name` was granted without limits; a list of hosts or paths does not count. */
function granted(name: Deno.PermissionName): boolean {
  return Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state === "granted";
}

/** Whether `program` is a file in one of the folders of PATH; without permission to look, it is not. */
function installed(program: string): boolean {
  if (!granted("env") || !granted("read")) return false;
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      if (Deno.statSync(`${folder}/${program}`).isFile) return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}
