using EdgeAgent.Modeling.Commands;

return CommandLine.Run(args);
