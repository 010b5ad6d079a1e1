/** The resources of an app as they will stand in its templates, overrides included. */
import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Properties, Resource } from './usage.ts';

export interface Declared extends Resource {
  readonly construct: CfnResource;
}

/** Not in its public types, but the only place where a property, an escape hatch and an override come together. */
interface Renders {
  _toCloudFormation(): { readonly Resources: Readonly<Record<string, { readonly Properties?: Properties }>> };
}

const read = (construct: CfnResource): Declared => {
  const { Resources } = Stack.of(construct).resolve((construct as unknown as Renders)._toCloudFormation()) as ReturnType<
    Renders['_toCloudFormation']
  >;
  const [[logicalId, body] = ['', {}]] = Object.entries(Resources ?? {});
  return { construct, logicalId, type: construct.cfnResourceType, properties: body.Properties ?? {} };
};

export const resourcesOf = (root: IConstruct): Declared[] => {
  const all = root.node.findAll();
  // A nested stack's resources are constructs of the app too; the one that stands for it makes nothing more.
  const nested = new Set<unknown>(all.filter(Stack.isStack).map((stack) => stack.nestedStackResource));
  return all
    .filter(CfnResource.isCfnResource)
    .filter((one) => !nested.has(one))
    .map(read);
};

/** In whose template it is: references don't cross stacks. */
export const byStack = (resources: readonly Declared[]): Map<Stack, Declared[]> => {
  const stacks = new Map<Stack, Declared[]>();
  for (const one of resources) {
    const stack = Stack.of(one.construct);
    stacks.set(stack, [...(stacks.get(stack) ?? []), one]);
  }
  return stacks;
};
