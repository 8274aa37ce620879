using EdgeAgent.Cli;
using EdgeAgent.Control.Status;
using EdgeAgent.Doctor;
using EdgeAgent.Pipeline.Formats.SparkplugB;

namespace EdgeAgent.Tests.Cli;

public class StatusViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_report_reads_in_one_look()
    {
        Assert.Equal("""
            plant-a / gateway-7: degraded; edgeagent 1.2.3, up 2 h 5 min, 61.5 MiB resident
              /etc/edgeagent/edgeagent.toml, taken over 1 h 5 min ago
              ‼ upstream has no connection: Connection refused

              source  connection               topics             devices   received  a second
            √ pumps   connected for 2 h 5 min  plant/+/telemetry       40  1,234,567     1,200

              detector     model              calibrated  learning     judged  events
            √ pump-health  pump-health 1.0.0          38         2  1,200,000      12
            ‼ press        out of service              –         –          0       0

              outbox    3 owed (2.5 KiB of 256MiB, the oldest 1 min 30 s old); nothing dropped; 12 KiB written to disk today
              upstream  ‼ mqtts://hub.example:8883, away for 1 min 30 s; 9 published
                          last trouble a moment ago: Connection refused
              traffic   117.7 MiB received, 150 KiB forwarded (0.12 %)
              books     √ received 100 = windowed 90 + filtered 4 + dead-lettered 5 + shed 0 + in flight 1
                        √ events 12 = delivered 9 + owed 3 + dropped 0

            """, Shown(Some()));
    }

    [Theory]
    [InlineData(0, 1, "1 judged")]
    [InlineData(2, 1, "3, 1 judged")]
    [InlineData(2, 0, "2")]
    public void Devices_that_are_judged_while_they_learn_are_told(int learning, int provisional, string expected)
    {
        var report = Some();
        var detector = report.Detectors[0] with { DevicesLearning = learning, DevicesProvisional = provisional };
        var row = Shown(report with { Detectors = [detector] }).Split('\n').Single(l => l.StartsWith("√ pump-health", StringComparison.Ordinal));
        Assert.Contains($" 38  {expected.PadLeft(8)}  1,200,000", row);
    }

    [Theory]
    [InlineData(1000, 3770, "traffic   1000 B received, 3.7 KiB forwarded (377 %)")]
    [InlineData(0, 0, "traffic   0 B received, 0 B forwarded\n")]
    public void The_share_of_bytes_that_are_forwarded_is_shown_once_something_was_received(
        long received, long forwarded, string expected) =>
        Assert.Contains(
            expected, Shown(Some() with { Traffic = new TrafficStatus { ReceivedBytes = received, ForwardedBytes = forwarded } }));

    [Fact]
    public void Open_anomalies_are_shown_with_the_age_of_their_last_reading()
    {
        var open = new OpenAnomalyStatus
        {
            Device = "pump-4", Detector = "pump-health", AnomalyId = "a", Severity = "warning", Peak = 3.21,
            Started = Now.AddHours(-2), LastReading = Now.AddMinutes(-90), SilentSeconds = 5400,
        };
        var text = Shown(Some() with { OpenCount = 12, OpenAnomalies = [.. Enumerable.Repeat(open, 12)] });

        Assert.Contains("pump-4        pump-health  warning    3.2  2026-01-02 01:04:05  1 h 30 min ago", text);
        Assert.Contains("… 2 more", text);
        Assert.DoesNotContain("open anomaly", Shown(Some() with { OpenCount = 0, OpenAnomalies = [] }));
    }

    [Fact]
    public void Sessions_that_a_broker_lost_are_shown_behind_the_sources()
    {
        var report = Some();
        var text = Shown(report with { Sources = [report.Sources[0] with { SessionsLost = 2 }] });

        Assert.Contains("  ‼ pumps: sessions that the broker has not kept since the start: 2; readings were lost", text);
        Assert.DoesNotContain("not kept", Shown(report));
    }

    [Fact]
    public void Books_that_do_not_balance_cannot_be_overlooked()
    {
        var report = Some();
        Assert.Contains("THE BOOKS DO NOT BALANCE", Shown(report with { Books = report.Books with { Balanced = false } }));
        Assert.DoesNotContain("THE BOOKS", Shown(report));
    }

    [Fact]
    public void Nothing_from_outside_moves_the_cursor()
    {
        var report = Some();
        var text = Shown(report with { Troubles = ["a\e[2Jb"], Link = report.Link with { LastTrouble = "x\ny" } });

        Assert.DoesNotContain('\e', text);
        Assert.Contains(@"x\ny", text);
    }

    [Fact]
    public void Colours_change_nothing_but_colours()
    {
        using var coloured = new StringWriter();
        new StatusView(coloured, new Palette(true)).Show(Some());

        Assert.NotEqual(Shown(Some()), coloured.ToString());
        Assert.Equal(Shown(Some()), System.Text.RegularExpressions.Regex.Replace(coloured.ToString(), "\e\\[[0-9]*m", ""));
    }

    private static string Shown(StatusReport report)
    {
        using var text = new StringWriter();
        new StatusView(text, new Palette(false)).Show(report);
        return text.ToString();
    }

    [Fact]
    public void What_is_not_used_is_shown_by_reason_with_the_last_message()
    {
        var report = Some();
        var messages = new MessagesStatus
        {
            Refused = new Dictionary<string, long> { ["bad_json"] = 2, ["only_texts"] = 4000 },
            Filtered = new Dictionary<string, long> { ["late"] = 7 },
            Recent = 10, RecentUnusable = 4,
            Last = new RefusedStatus
            {
                Time = Now.AddSeconds(-90), Reason = "only_texts", What = "w", Remedy = "r", Form = "is JSON", Topic = "plant/\e1/t",
                Begins = """{"v":"x"}""",
            },
        };
        var text = Shown(report with { Sources = [report.Sources[0] with { Messages = messages, UnmatchedTopics = ["b/#"] }] });

        Assert.Contains(
            "    pumps refused: only_texts 4,000, bad_json 2; the last 1 min 30 s ago (only_texts): plant/\\x1b1/t {\"v\":\"x\"}", text);
        Assert.Contains("    pumps left out: late 7", text);
        Assert.Contains("    pumps: nothing has come yet on b/#", text);
    }

    [Fact]
    public void What_Sparkplug_lets_be_noticed_is_shown_where_there_is_something()
    {
        var report = Some();
        var nodes = new SparkplugStatus { UnknownMetrics = 4000, SequenceGaps = 2, Deaths = 1 };
        var text = Shown(report with { Sources = [report.Sources[0] with { Sparkplug = nodes }] });

        Assert.Contains("    pumps Sparkplug: metrics that no birth names 4,000, gaps in sequence numbers 2, deaths 1", text);
        Assert.DoesNotContain("Sparkplug", Shown(report));
        Assert.Null(SparkplugStatus.Of(new SparkplugTally()));
        Assert.Equal(nodes, SparkplugStatus.Of(new SparkplugTally { UnknownMetrics = 4000, SequenceGaps = 2, Deaths = 1 }));
    }

    [Fact]
    public void The_doctor_has_a_finding_for_each_trouble_with_its_remedy()
    {
        var report = Some();
        var findings = AgentFindings.Of(report with
        {
            TroubleList = [new TroubleStatus { Text = "pump-7 lacks flow", Remedy = "correct the source" }, new TroubleStatus { Text = "b" }],
            Sources = [report.Sources[0] with { UnmatchedTopics = ["b/#"] }],
        }).ToList();

        Assert.Contains(Finding.Warning("agent", "pump-7 lacks flow", "correct the source"), findings);
        Assert.Contains(Finding.Warning("agent", "b", "see edgeagent status"), findings);
        Assert.Contains(Finding.Fine("agent", "source pumps: nothing has come on b/# yet"), findings);
        Assert.Contains(AgentFindings.Of(report), f => f.Text == report.Troubles[0]);
    }

    private static StatusReport Some() => new()
    {
        Site = "plant-a",
        Agent = "gateway-7",
        Version = "1.2.3",
        Time = Now,
        Started = Now - TimeSpan.FromMinutes(125),
        UptimeSeconds = 7500,
        Configuration = new ConfigurationStatus { Path = "/etc/edgeagent/edgeagent.toml", Taken = Now - TimeSpan.FromMinutes(65) },
        Health = "degraded",
        Troubles = ["upstream has no connection: Connection refused"],
        ResidentBytes = 64487424,
        Sources =
        [
            new SourceStatus
            {
                Name = "pumps", Url = "mqtt://127.0.0.1:1883", Topics = ["plant/+/telemetry"],
                    Connected = true, Since = Now - TimeSpan.FromMinutes(125),
                Connections = 1, Devices = 40, Received = 1234567, PerSecond = 1200, BytesIn = 1,
            },
        ],
        Detectors =
        [
            new DetectorStatus
            {
                Name = "pump-health", Source = "pumps", Model = "pump-health", Version = "1.0.0", InService = true,
                DevicesCalibrated = 38, DevicesLearning = 2, Judged = 1200000, Events = 12,
            },
            new DetectorStatus
            {
                Name = "press", Source = "pumps", Model = "models/press", InService = false,
                DevicesCalibrated = 0, DevicesLearning = 0, Judged = 0, Events = 0,
            },
        ],
        Outbox = new OutboxStatus
        {
            Owed = 3, Bytes = 2560, LimitBytes = 256 << 20, Oldest = Now - TimeSpan.FromSeconds(90),
                DroppedFull = 0, DroppedExpired = 0, DroppedRefused = 0,
            WrittenBytes = 99999, WrittenTodayBytes = 12288, DiskRefuses = false,
        },
        Link = new LinkStatus
        {
            Url = "mqtts://hub.example:8883", Connected = false, Since = Now - TimeSpan.FromSeconds(90), Trouble = "Connection refused",
            LastTrouble = "Connection refused", LastTroubleTime = Now, Connections = 1, Failures = 4, Published = 9,
        },
        Traffic = new TrafficStatus { ReceivedBytes = 123456789, ForwardedBytes = 153600 },
        Books = new BooksStatus
        {
            Received = 100, Windowed = 90, Filtered = 4, DeadLettered = 5, Shed = 0,
                InFlight = 1, Events = 12, Delivered = 9, Owed = 3, Dropped = 0, Balanced = true,
        },
    };
}
