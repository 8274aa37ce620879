using EdgeAgent.Pipeline.Detection;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline;

/// <summary>Table <c>[health]</c>: where the agent can be asked, besides its own socket.</summary>
public sealed record HealthOptions
{
    /// <summary><c>ADDRESS:PORT</c> that health, status and metrics are served on over TCP; null: on no port.</summary>
    public string? Listen { get; set; }
    /// <summary>Names of this agent by which it may be asked over TCP, besides addresses and the machine's own name.</summary>
    public List<string> Hosts { get; set; } = [];
}

/// <summary>The whole configuration, as read from the TOML file and the environment.</summary>
public sealed record AgentOptions
{
    /// <summary>Table <c>[agent]</c>: names the plant that this gateway stands in; part of every topic.</summary>
    public string Site { get; set; } = "site";
    /// <summary>Names this gateway; the host's name unless given.</summary>
    public string Id { get; set; } = Environment.MachineName;
    /// <summary>Folder for what must survive a restart.</summary>
    public string StateFolder { get; set; } = "/var/lib/edgeagent";
    /// <summary>
    /// Folder for what must survive the process but not the machine, in memory where possible; empty: chosen by <c>RuntimeFolder</c>.
    /// </summary>
    public string RuntimeFolder { get; set; } = "";
    /// <summary>How often what the agent knows of its devices is written to disk.</summary>
    public TimeSpan Checkpoint { get; set; } = TimeSpan.FromMinutes(5);
    /// <summary>Lanes that devices are spread over; 0 takes one a core.</summary>
    public int Lanes { get; set; }
    /// <summary>Whether the built-in plant plays: the configuration asks for it and has no source yet.</summary>
    public bool IsDemo { get; set; }

    public List<SourceOptions> Sources { get; set; } = [];
    public List<DetectorOptions> Detectors { get; set; } = [];
    public List<RuleOptions> Rules { get; set; } = [];
    public LineSettings Gpio { get; set; } = new();
    public List<GateOptions> Gates { get; set; } = [];
    public UpstreamOptions Upstream { get; set; } = new();
    public HealthOptions Health { get; set; } = new();
    public ServeOptions Serve { get; set; } = new();

    /// <summary>Output lines that rules drive.</summary>
    public IEnumerable<GpioOptions> Outputs => Rules.Select(r => r.Gpio).OfType<GpioOptions>();
    /// <summary>Detectors whose event time is the time of arrival.</summary>
    public IReadOnlySet<string> TimedByArrival =>
        Detectors.Where(d => Sources.Exists(s => s.Name == d.Source && s.Time is null)).Select(d => d.Name).ToHashSet();
    /// <summary>What the detection room needs of it.</summary>
    public DetectionOptions Detection => new(Detectors, Rules, Sources.DistinctBy(s => s.Name).ToDictionary(s => s.Name, s => s.Reading));
    /// <summary>What the state room needs of it.</summary>
    public StateOptions State => new(StateFolder, RuntimeFolder, Checkpoint);
}
