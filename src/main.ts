// Where everything meets: the command line, which is also what starts the server.
import { main } from './cli/cli.ts';

// `tributary show … | head` closes the pipe: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 6));
process.exitCode = await main(process.argv.slice(2), process.env);
