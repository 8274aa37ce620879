using System.Net;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Cli;

/// <summary>What serving models comes to. One that cannot be served is told and refuses nothing: the agent goes on without it.</summary>
internal static class ServeCheck
{
    /// <summary>Lines for the terminal, each with its mark.</summary>
    /// <param name="serve">The table.</param>
    /// <param name="trials">Tries the models of its folder.</param>
    public static IEnumerable<string> Lines(ServeOptions serve, IBundleTrials trials)
    {
        if (serve.Listen is not { } listen) yield break;
        var folders = serve.Folders();
        foreach (var verdict in trials.Run(folders).Values.Where(v => v.Problem is not null))
            yield return $"{ModelCheck.Doubt}not served: {verdict.Problem}";
        if (!IPAddress.IsLoopback(IPEndPoint.Parse(listen).Address))
            yield return $"{ModelCheck.Doubt}serve.listen {listen}: whoever reaches it may run the models"
                + (serve.Repository ? ", load and unload them" : "") + "; there is no password. Name 127.0.0.1 if only "
                + "programs of this machine are to";
        if (serve.Models is not null && folders.Count == 0)
            yield return $"{ModelCheck.Doubt}serve.models {serve.Models} holds no bundle: a folder with a manifest.json each is expected";
        yield return $"√ models are served on http://{listen}/v2";
    }
}
