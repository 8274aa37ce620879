using System.CommandLine;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Delivery.Mqtt;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent version</c></summary>
internal static class VersionCommand
{
    public static Command Build()
    {
        var command = new Command("version", "Prints the versions of the program and of what it runs on.\n\nExample: edgeagent version");
        command.SetAction(_ =>
        {
            Console.WriteLine($"edgeagent {AgentStatus.Version}");
            Console.WriteLine($"onnxruntime {OnnxModel.RuntimeVersion}");
            SQLitePCL.Batteries_V2.Init();
            Console.WriteLine($"sqlite {SQLitePCL.raw.sqlite3_libversion().utf8_to_string()}");
            Console.WriteLine(
                $"{System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription} "
                    + $"{System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}");
            return ExitCodes.Fine;
        });
        return command;
    }
}
