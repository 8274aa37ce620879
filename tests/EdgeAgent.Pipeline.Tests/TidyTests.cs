using System.Text.RegularExpressions;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>Checks the source itself, so that the rooms stay small and keep to themselves.</summary>
public sealed partial class TidyTests
{
    private const int LineLimit = 300;
    private const int WidthLimit = 140;
    private const string Pipeline = "EdgeAgent.Pipeline/";

    /// <summary>The rooms from the lowest to the highest, and which others each may know: only rooms that stand before it.</summary>
    private static readonly (string Room, string[] MayKnow)[] Rooms =
    [
        ("Common", []),
        ("Connections", []),
        ("Formats", ["Common"]),
        ("Sources", ["Common", "Connections", "Formats"]),
        ("Events", ["Common", "Sources"]),
        ("Detection", ["Common", "Events", "Formats", "Sources"]),
        ("Gpio", ["Detection"]),
        ("State", ["Common", "Detection", "Events", "Sources"]),
        ("Outbox", ["Common", "Events", "Sources"]),
        ("Delivery", ["Common", "Connections", "Events", "Outbox"]),
    ];

    private static readonly SourceFile[] Source = SourceFile.ReadAll("src");

    [Fact]
    public void The_source_is_found() => Assert.True(Source.Length > 100, $"only {Source.Length} files below {Repository.Root}/src");

    [Fact]
    public void No_file_is_longer_than_one_reads_in_one_go() =>
        AssertNone(Source.Where(f => f.LineCount > LineLimit), f => $"{f.LineCount} lines, the limit is {LineLimit}");

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_line_is_wider_than_a_screen(string folder) =>
        AssertNone(
            SourceFile.ReadAll(folder).Where(f => f.LongestLine > WidthLimit),
            f => $"a line has {f.LongestLine} characters, the limit is {WidthLimit}");

    [Fact]
    public void No_class_is_spread_over_files() =>
        AssertNone(Source.Where(f => PartOfClass().IsMatch(f.Name)),
            _ => "is a part of a class; split the idea, or let the file be longer");

    [Fact]
    public void Every_file_has_a_file_scoped_namespace() =>
        AssertNone(Source.Where(f => !f.Name.EndsWith("/Program.cs", StringComparison.Ordinal) && !FileScopedNamespace().IsMatch(f.Text)),
            _ => "no file-scoped namespace");

    [Fact]
    public void Nothing_is_left_for_later() =>
        AssertNone(Source.Where(f => LeftForLater().IsMatch(f.Text)), f => LeftForLater().Match(f.Text).Value);

    [Fact]
    public void No_test_is_skipped() =>
        AssertNone(SourceFile.ReadAll("tests").Where(f => SkippedTest().IsMatch(f.Text)), _ => "skips a test");

    [Fact]
    public void Every_room_of_the_pipeline_has_its_rule()
    {
        var rooms = Source.Select(RoomOf).OfType<string>().Distinct();

        Assert.Equal(Rooms.Select(r => r.Room).Order(), rooms.Order());
    }

    [Fact]
    public void No_two_rooms_know_each_other_over_however_many_others()
    {
        var below = new HashSet<string>();
        foreach (var (room, mayKnow) in Rooms)
        {
            Assert.True(below.IsSupersetOf(mayKnow), $"{room} may know {string.Join(", ", mayKnow.Except(below))}, which stand below it");
            below.Add(room);
        }
    }

    [Fact]
    public void What_a_room_may_know_it_does_know() =>
        Assert.Empty(
            from rule in Rooms
            from room in rule.MayKnow
            where !Source.Any(f => RoomOf(f) == rule.Room && Knows(f, room))
            select $"{rule.Room} knows nothing of {room}");

    [Fact]
    public void No_room_reaches_further_than_it_may() =>
        AssertNone(
            from file in Source
            let own = RoomOf(file)
            where own is not null
            from room in Rooms.Select(r => r.Room)
            where room != own && !Rooms.First(r => r.Room == own).MayKnow.Contains(room) && Knows(file, room)
            select (File: file, Room: room), f => f.File, f => $"knows {f.Room}");

    /// <summary>The files at the top put the rooms together; a room that knew one of them would know all rooms.</summary>
    [Fact]
    public void No_room_knows_what_puts_it_together()
    {
        var top = Source.Where(f => f.Name.StartsWith(Pipeline, StringComparison.Ordinal) && RoomOf(f) is null).ToList();
        var types = top.SelectMany(f => DeclaredType().Matches(f.Code)).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Contains("AgentOptions", types);
        AssertNone(
            from file in Source
            where RoomOf(file) is not null
            from type in types
            where Regex.IsMatch(file.Code, $@"(?<![\w.]){type}\b")
            select (File: file, Type: type), f => f.File, f => $"knows {f.Type}");
    }

    /// <summary>What is in front of a protocol knows nothing of it: neither its codes nor its packets.</summary>
    [Fact]
    public void Nothing_in_front_of_a_delivery_of_one_protocol_knows_that_protocol() =>
        AssertNone(
            Source.Where(f => RoomOf(f) is "Delivery" or "Outbox" or "Events" or "Connections"
                && !f.Name.Contains("/Mqtt/", StringComparison.Ordinal)
                && !f.Name.EndsWith("/DeliveryOptions.cs", StringComparison.Ordinal)
                && Regex.IsMatch(f.Code, @"\b(Mqtt\w*|PubAck|ReasonCode)\b")),
            _ => "knows MQTT");

    // The service names a state folder that it cannot use.
    [Theory]
    [InlineData("Microsoft.Data.Sqlite", "EdgeAgent.Pipeline/Outbox/", "EdgeAgent/Hosting/AgentService.cs")]
    [InlineData("MQTTnet", "EdgeAgent/Demo/")]
    [InlineData("Polly", "EdgeAgent.Pipeline/Connections/")]
    [InlineData("System.Device.Gpio", "EdgeAgent.Pipeline/Gpio/")]
    [InlineData("Microsoft.ML.OnnxRuntime", "EdgeAgent.Inference/", "EdgeAgent.Modeling/Onnx/")]
    [InlineData("System.CommandLine", "EdgeAgent/Cli/", "EdgeAgent.Modeling/Commands/")]
    [InlineData("Tomlyn", "EdgeAgent/Configuration/")]
    [InlineData("ZstdSharp", "EdgeAgent.Pipeline/Formats/Compression/")]
    [InlineData("Microsoft.AspNetCore", "EdgeAgent/Control/", "EdgeAgent/Serving/")]
    [InlineData("Grpc.Core", "EdgeAgent/Control/Grpc/")]
    public void A_package_stays_in_its_rooms(string package, params string[] rooms)
    {
        var users = Source.Where(f => Regex.IsMatch(f.Code, $@"\b{Regex.Escape(package)}\b")).ToList();

        AssertNone(users.Where(f => !rooms.Any(r => f.Name.StartsWith(r, StringComparison.Ordinal))), _ => $"knows {package}");
        Assert.All(rooms, r => Assert.Contains(users, f => f.Name.StartsWith(r, StringComparison.Ordinal)));
    }

    // .NET's own end the program where there is no OpenSSL, which is needed for TLS alone.
    [Fact]
    public void Digests_need_no_OpenSSL() =>
        AssertNone(
            Source.Where(f => !f.Name.StartsWith("EdgeAgent.Modeling/", StringComparison.Ordinal)
                && Regex.IsMatch(f.Code, @"\b(SHA\d+|MD5|HMAC\w+|IncrementalHash|RandomNumberGenerator)\b")),
            _ => "uses .NET's cryptography; Sha256 in EdgeAgent.Inference is our own");

    // The generator of log messages takes the parts of a class in an order that changes from one build to the next.
    [Fact]
    public void Log_messages_of_a_class_stand_in_one_file_so_that_two_builds_are_equal() =>
        AssertNone(
            Source.Where(f => f.Code.Contains("[LoggerMessage(", StringComparison.Ordinal))
                .GroupBy(f => ClassOf(f.Name)).Where(g => g.Count() > 1).SelectMany(g => g),
            _ => "another part of the class has log messages, too");

    /// <summary>The parts of a class are files whose names begin with its own.</summary>
    private static string ClassOf(string file) => $"{Path.GetDirectoryName(file)}/{Path.GetFileName(file).Split('.')[0]}";

    private static void AssertNone(IEnumerable<SourceFile> files, Func<SourceFile, string> trouble) =>
        AssertNone(files, f => f, trouble);

    private static void AssertNone<T>(IEnumerable<T> found, Func<T, SourceFile> file, Func<T, string> trouble) =>
        Assert.True(!found.Any(), string.Join('\n', found.Select(f => $"{file(f).Name}: {trouble(f)}")));

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+([A-Z]\w+)")]
    private static partial Regex DeclaredType();

    [GeneratedRegex(@"/[A-Z]\w+\.[A-Z]\w+\.cs$")]
    private static partial Regex PartOfClass();

    [GeneratedRegex(@"^namespace [\w.]+;$", RegexOptions.Multiline)]
    private static partial Regex FileScopedNamespace();

    [GeneratedRegex(@"\b(TODO|FIXME|NotImplementedException)\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"\bSkip\s*=[^=]")]
    private static partial Regex SkippedTest();

    /// <summary>The room of the pipeline that a file lies in.</summary>
    private static string? RoomOf(SourceFile file) =>
        file.Name.StartsWith(Pipeline, StringComparison.Ordinal)
            && file.Name[Pipeline.Length..].Split('/') is [var room, _, ..] ? room : null;

    private static bool Knows(SourceFile file, string room) => file.Knows($"EdgeAgent.Pipeline.{room}");
}
