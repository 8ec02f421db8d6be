import type { EvidenceInput, Manifest } from '../model/manifest.ts';
import { describe } from './describe.ts';
import { escapeInJson } from './escape.ts';

/** JSON, with each input on a line of its own. */
export function* describeManifest({ inputs, ...manifest }: Manifest): Generator<string> {
  const { version, node, platform, rules, started, finished, options, folder, complete, exitCode } = manifest;
  const hashed = inputs.filter(({ sha256 }) => sha256 !== undefined);
  const head = {
    schema: 'exhunt/manifest/1',
    exhunt: { version, node, platform },
    rules,
    started,
    finished,
    options,
    ...(folder !== undefined && { folder }),
    complete,
    exitCode,
    summary: {
      inputs: inputs.length,
      hashed: hashed.length,
      bytes: hashed.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    },
  };
  yield `${escapeInJson(JSON.stringify(head)).slice(0, -1)},\n"inputs":[`;
  for (const [index, input] of inputs.entries()) yield `${index === 0 ? '' : ','}\n${escapeInJson(JSON.stringify(asRecord(input)))}`;
  yield '\n]}\n';
}

function asRecord({ path, originalPath, logType, bytes, bytesListed, modified, sha256, problem }: EvidenceInput): object {
  return {
    path,
    original_path: originalPath,
    type: logType,
    bytes,
    bytesListed,
    modified,
    sha256,
    ...(problem !== undefined && { code: problem.code, reason: describe(problem) }),
  };
}
