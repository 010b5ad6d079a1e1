import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type InterfaceVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface NetworkProps {
  /** Where the flow logs go; the emulator has none. */
  readonly flowLogs?: ILogGroup;
  /** An address range that the bureau assigned, so that networks can be joined later. */
  readonly cidr?: string;
  /** AWS services that are reached from inside beside S3 and DynamoDB; each costs by the hour. */
  readonly endpoints?: Readonly<Record<string, InterfaceVpcEndpointAwsService>>;
}

/** Two zones, isolated subnets, no way in or out but the endpoints: what must reach the outside does so by a service that isn't in it. */
export class Network extends Construct {
  readonly vpc: IVpc;

  constructor(scope: Construct, id: string, { flowLogs, cidr = '10.0.0.0/20', endpoints = {} }: NetworkProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      // It is done by a function of CDK's own, which would take of the quota.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      ...(flowLogs && {
        flowLogs: { All: { destination: FlowLogDestination.toCloudWatchLogs(flowLogs), trafficType: FlowLogTrafficType.ALL } },
      }),
    });
    this.vpc = vpc as IVpc;
    for (const [name, service] of Object.entries(endpoints)) vpc.addInterfaceEndpoint(name, { service });
  }
}
