using EdgeAgent.Cli;

return await CommandLineApp.RunAsync(args);
