using System.Diagnostics;

namespace EdgeAgent.Scenarios;

/// <summary>A real mosquitto. It writes its sessions to disk when it is stopped, not when it is killed.</summary>
internal sealed class Mosquitto : RealBroker
{
    public Mosquitto(string more = "") => Reconfigure(more);

    protected override string Needs => "mosquitto";

    /// <summary>Takes effect with the next start.</summary>
    /// <param name="more">More lines of its configuration.</param>
    /// <param name="queued">
    /// Messages that wait for a client at most. Not 0, which means no limit: mosquitto 2.0.11 then hangs up whenever it refuses one.
    /// </param>
    public void Reconfigure(string more, int queued = 100_000) => System.IO.File.WriteAllText(File("mosquitto.conf"), $"""
        listener {Port} 127.0.0.1
        allow_anonymous true
        max_queued_messages {queued}
        max_inflight_messages 0
        persistence true
        persistence_location {File("")}
        user root
        {more}
        """);

    public new async Task<Mosquitto> Start()
    {
        await base.Start();
        return this;
    }

    protected override ProcessStartInfo Command() => new("mosquitto", ["-c", File("mosquitto.conf")]);
}
