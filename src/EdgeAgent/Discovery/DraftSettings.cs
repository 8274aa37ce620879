using EdgeAgent.Mqtt;

namespace EdgeAgent.Discovery;

/// <summary>What a proposed configuration says beside its sources.</summary>
/// <param name="Site">Part of every topic.</param>
/// <param name="Sensors">The sensors' broker.</param>
/// <param name="Upstream">Address of the broker that gets events; null: the sensors'.</param>
/// <param name="Models">Folder of the bundles that came with the program.</param>
/// <param name="State">Folder for what must survive a restart; null: the usual one.</param>
/// <param name="LookedAt">What it was made from, in words.</param>
internal sealed record DraftSettings(
    string Site, MqttOptions Sensors, string? Upstream, string Models, string? State, string LookedAt);
