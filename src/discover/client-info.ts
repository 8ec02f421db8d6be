import type { Problem } from '../model/diagnostic.ts';
import { findDisk, splitPath } from './disk.ts';
import { isServerName } from './host.ts';

/** Velociraptor's own holds less than one. */
const LIMIT_BYTES = 32_768;

/** What a collection says of the computer that it was taken from, or why that is of no use. */
export type ClientInfo =
  { readonly folder: string; readonly host: string } | { readonly problem: Extract<Problem, { code: 'FILE_CLIENT_INFO_UNUSABLE' }> };

/** Whether a file is what Velociraptor writes beside its uploads. One on a copied disk was there before, and says nothing of the copy. */
export function isClientInfo(path: string): boolean {
  const { folders, file } = splitPath(path);
  return file === 'client_info.json' && findDisk(folders) === undefined;
}

/**
 * Reads a collection's `client_info.json`.
 *
 * @param head its beginning
 * @param bytes of all of it
 */
export function readClientInfo(head: string, bytes: number, path: string): ClientInfo {
  if (bytes > LIMIT_BYTES) return { problem: { code: 'FILE_CLIENT_INFO_UNUSABLE', reason: `it has more than ${LIMIT_BYTES} bytes` } };
  let info: unknown;
  try {
    info = JSON.parse(head.replace(/^\uFEFF/, ''));
  } catch {
    return { problem: { code: 'FILE_CLIENT_INFO_UNUSABLE', reason: 'it is no JSON' } };
  }
  const host = hostIn(info) ?? hostIn(memberOf(info, 'os_info'));
  if (host === undefined) return { problem: { code: 'FILE_CLIENT_INFO_UNUSABLE', reason: 'it holds no name of a server' } };
  return { folder: splitPath(path).folders.join('/'), host };
}

/** Logs of Exchange have the short name. */
function hostIn(info: unknown): string | undefined {
  const fqdn = memberOf(info, 'Fqdn') ?? memberOf(info, 'fqdn');
  const names = [memberOf(info, 'Hostname') ?? memberOf(info, 'hostname'), typeof fqdn === 'string' ? fqdn.split('.')[0] : undefined];
  return names.find((name): name is string => typeof name === 'string' && isServerName(name));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
