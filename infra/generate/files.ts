import { apis } from './apis.ts';
import { asyncapi } from './asyncapi.ts';
import { blueprintSource } from './blueprint.ts';
import { clientTypes } from './client.ts';
import { openapi } from './openapi.ts';
import { policiesSource } from './policies.ts';
import { problems } from './problems.ts';
import { jsonSchemas } from './schemas.ts';
import { validatorsSource } from './validators.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Path -> content of every generated file. */
export const generated = async (): Promise<Record<string, string>> => ({
  ...Object.fromEntries(
    await Promise.all(
      Object.entries(apis).map(async ([capability, operations]) => [
        `functions/${capability}/validators.generated.ts`,
        await validatorsSource(operations),
      ]),
    ),
  ),
  ...Object.fromEntries(Object.entries(jsonSchemas()).map(([path, schema]) => [path, json(schema)])),
  'functions/identity/policies.generated.ts': policiesSource(),
  'functions/cloud-quota/blueprint.generated.ts': blueprintSource(),
  'docs/api/openapi.json': json(openapi()),
  'docs/api/problems.md': problems(),
  'web/console/src/shared/schema.generated.ts': await clientTypes(),
  'docs/api/asyncapi.json': json(asyncapi()),
});
