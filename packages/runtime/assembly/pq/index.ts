export { scanTables } from './scan-tables'
