using EdgeAgent.Discovery;

namespace EdgeAgent.Tests.Discovery;

public sealed class TopicShapesTests
{
    private const string Telemetry = """{"ts":1,"values":{"a":1.5,"b":2}}""";

    [Fact]
    public void Devices_that_send_the_same_documents_are_one_shape() =>
        Assert.Equal(["plant/+/telemetry"], Filters(Telemetry, "plant/p1/telemetry", "plant/p2/telemetry", "plant/p3/telemetry"));

    [Fact]
    public void Lines_and_machines_both_vary() =>
        Assert.Equal(["plant/+/+/telemetry"], Filters(Telemetry, "plant/a/p1/telemetry", "plant/a/p2/telemetry", "plant/b/p7/telemetry"));

    [Fact]
    public void Values_of_one_device_are_one_shape() =>
        Assert.Equal(["oven/+"], Filters("71.5", "oven/temperature", "oven/pressure"));

    [Fact]
    public void Kinds_of_messages_of_one_device_stay_apart() =>
        Assert.Equal(["tele/t1/SENSOR", "tele/t1/STATE"], Filters("""{"Time":"x","Power":3}""", "tele/t1/SENSOR", "tele/t1/STATE",
            of: topic => topic.EndsWith("STATE", StringComparison.Ordinal) ? """{"Time":"x","Uptime":3,"Heap":2,"Sleep":4}""" : null));

    [Fact]
    public void Systems_that_share_a_broker_stay_apart() =>
        Assert.Equal(["factory/+/telemetry", "weather/roof/now"], Filters(Telemetry, "factory/p1/telemetry", "factory/p2/telemetry", "weather/roof/now",
            of: topic => topic.StartsWith("weather", StringComparison.Ordinal) ? """{"wind":3}""" : null).Order());

    [Fact]
    public void Devices_at_the_first_level_are_found_by_what_follows() =>
        Assert.Equal(["+/sensor/+/state"], Filters("21.5", "kitchen/sensor/temperature/state", "attic/sensor/co2/state", "attic/sensor/temperature/state"));

    [Fact]
    public void Many_siblings_are_names_however_unlike_they_are() =>
        Assert.Equal(["plant/+/+"], Filters("1.5", [.. Enumerable.Range(0, 6).Select(i => $"plant/machine-{(char)('a' + i)}/value-{i}")]));

    [Theory]
    [InlineData("71.5", (int)PayloadKind.Scalar)]
    [InlineData("-3", (int)PayloadKind.Scalar)]
    [InlineData("23,4 °C", (int)PayloadKind.Scalar)]
    [InlineData("1.5e-3", (int)PayloadKind.Scalar)]
    [InlineData("2026-05-04", (int)PayloadKind.Word)]
    [InlineData("192.168.1.7", (int)PayloadKind.Word)]
    [InlineData("online", (int)PayloadKind.Word)]
    [InlineData("cpu,host=a usage=3 1", (int)PayloadKind.Text)]
    [InlineData("""{"a":1}""", (int)PayloadKind.Document)]
    [InlineData("", (int)PayloadKind.Empty)]
    public void A_payload_is_known_for_what_it_is(string payload, int kind) =>
        Assert.Equal((PayloadKind)kind, PayloadKinds.Of(System.Text.Encoding.UTF8.GetBytes(payload)));

    private static IEnumerable<string> Filters(string payload, params string[] topics) => Filters(payload, topics, _ => null);

    private static IEnumerable<string> Filters(string payload, string one, string two, Func<string, string?> of) =>
        Filters(payload, [one, two], of);

    private static IEnumerable<string> Filters(string payload, string one, string two, string three, Func<string, string?> of) =>
        Filters(payload, [one, two, three], of);

    private static IEnumerable<string> Filters(string payload, string[] topics, Func<string, string?> of)
    {
        var heard = new Heard();
        foreach (var topic in topics) heard.Add(3, (_, _) => of(topic) ?? payload, topic);
        return TopicShapes.Find(heard.Samples.Topics).Select(s => s.Filter);
    }
}
