// Where everything meets: the command line, which is also what starts the server.
import { main } from './cli/cli.ts';

process.exitCode = await main(process.argv.slice(2), process.env);
