/** What a department's app is made from. It stands alone: aws-cdk-lib, constructs, and the files beside it. */
export * from './allocation.ts';
export { DepartmentApi, type DepartmentApiProps } from './api.ts';
export { DepartmentFunction, type DepartmentFunctionProps } from './function.ts';
export { type Declaration, declareUse } from './guard.ts';
export { Network, type NetworkProps } from './network.ts';
export { boundaryDocument, type PolicyDocument, serviceControlPolicy } from './policies.ts';
export { DepartmentStack, type DepartmentStackProps } from './stack.ts';
