/** Is everything there that calls need? */
export { type CheckHealthOptions, checkHealth } from './check-health.ts';
export type {
  CallerCheck,
  ClockCheck,
  EndpointCheck,
  ExpiryCheck,
  HealthCheck,
  HealthReport,
  HealthStatus,
  IdentityCheck,
  ModelCallCheck,
  ModelHealth,
  RegionCheck,
} from './report.ts';
