using System.Text;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

public sealed class ShareGroupTests : IDisposable
{
    private const string Prefix = "edgeagent/test/share/pumps/";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-share-");
    private readonly Device[] _devices = [.. Enumerable.Range(0, 300).Select(i => new Device($"pump-{i}", "pumps", 0))];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Nothing_is_ours_before_our_own_birth_has_come_back()
    {
        var group = Group("a");
        group.Begin(hasSession: false);
        Take(group, "b", "here");
        Assert.Equal(0, Ours(group));
        Take(group, "a", "here");
        Assert.InRange(Ours(group), 1, 299);
    }

    [Fact]
    public void Each_device_is_one_members_and_all_members_agree()
    {
        var groups = new[] { "a", "b", "c" }.Select(Group).ToList();
        foreach (var group in groups)
            foreach (var member in new[] { "c", "a", "b" })
                Take(group, member, "here");
        Assert.All(_devices, d => Assert.Single(groups, g => g.IsOurs(new Device(d.Name, "pumps", 0))));
    }

    [Fact]
    public void A_name_alone_says_whose_a_device_is_as_the_device_does()
    {
        var group = Group("a");
        var names = _devices.Select(d => d.Name).Append("pümp ✓ \U0001F6E2").Append(new string('é', 128)).ToList();
        Assert.All(names, n => Assert.True(group.IsOurs(Encoding.UTF8.GetBytes(n))));
        Take(group, "b", "here");
        Take(group, "a", "here");
        Assert.All(names, n => Assert.Equal(group.IsOurs(new Device(n, "pumps", 0)), group.IsOurs(Encoding.UTF8.GetBytes(n))));
        Assert.Contains(names, n => !group.IsOurs(Encoding.UTF8.GetBytes(n)));
    }

    [Fact]
    public void Who_goes_leaves_its_devices_to_the_others_and_who_stays_alone_has_all()
    {
        var group = Group("a");
        Take(group, "a", "here");
        Take(group, "b", "here");
        var shared = Ours(group);
        Take(group, "b", "");
        Assert.Equal(_devices.Length, Ours(group));
        Take(group, "b", "here");
        Assert.Equal(shared, Ours(group));
        // Its own will, after the broker had given it up.
        Take(group, "a", "");
        Assert.Equal(0, Ours(group));
        // Nobody is left: what is acknowledged must be somebody's.
        Take(group, "b", "");
        Assert.Equal(_devices.Length, Ours(group));
    }

    [Fact]
    public void Members_are_remembered_for_the_session_and_forgotten_without_it()
    {
        var group = Group("a");
        Take(group, "a", "here");
        Take(group, "b", "here");

        var again = Group("a");
        again.Begin(hasSession: true);
        Assert.Equal(["a", "b"], again.Members);
        Assert.Equal(Ours(group), Ours(again));
        again.Begin(hasSession: false);
        Assert.Equal([], again.Members);
        Assert.Empty(Group("a").Members);
    }

    [Fact]
    public async Task A_member_says_so_with_its_will_and_takes_readings_when_it_hears_itself()
    {
        using var broker = new ScriptedBroker();
        await using var bench = new SourceBench(broker.Port, share: Group("a"));
        using var connection = await broker.AcceptAsync();
        var connect = await connection.ReadPacketAsync();
        // Flags: will, QoS 1, retained. Topic of the will.
        Assert.Equal(0x2c, connect[9] & 0x3c);
        Assert.Contains(Prefix + "a", Encoding.UTF8.GetString(connect));
        await connection.SendAsync([0x20, 3, 0, 0, 0]);
        var subscribe = await connection.ReadPacketAsync();
        Assert.Contains(Prefix + "+", Encoding.UTF8.GetString(subscribe));
        var birth = await connection.ReadPacketAsync();
        Assert.Equal(0x33, birth[0]);
        await connection.GrantAsync(subscribe, filters: 2);

        // The second is another's: there is one.
        await connection.SendAsync([.. BrokerConnection.Publish(Prefix + "b", "here"u8.ToArray(), 1),
            .. BrokerConnection.Publish("plant/pump/x", "early"u8.ToArray(), 2),
            .. BrokerConnection.Publish(Prefix + "b", [], 3), .. BrokerConnection.Publish(Prefix + "a", "here"u8.ToArray(), 4),
            .. BrokerConnection.Publish("plant/pump/x", "ours"u8.ToArray(), 5)]);

        for (var id = 1; id <= 5; id++)
            Assert.Equal(id, await connection.ReadPubAckAsync());
        Assert.Equal(["ours"], bench.Payloads);
        Assert.Equal((2, 1), (bench.Source.Counters.Received, bench.Source.Counters.FilteredOthers));
    }

    [Fact]
    public async Task A_broker_that_refuses_the_birth_is_told_in_words()
    {
        using var broker = new ScriptedBroker();
        await using var bench = new SourceBench(broker.Port, share: Group("a"));
        using var connection = await broker.OpenAsync(filters: 2);
        var birth = await connection.ReadPacketAsync();
        var id = 4 + (birth[2] << 8 | birth[3]);
        await connection.SendAsync([0x40, 3, birth[id], birth[id + 1], 0x87]);
        for (var i = 0; i < 400 && !bench.Log.Contains("refuses to publish on"); i++) await Task.Delay(20);
        Assert.True(bench.Log.Contains("refuses to publish on \"edgeagent/test/share/pumps/a\" (reason 0x87)"));
    }

    private ShareGroup Group(string member) =>
        new(Prefix, member, "pumps", new ShareOptions(), Path.Combine(_folder.FullName, $"{member}.json"), new LogLines());

    private int Ours(ShareGroup group) => _devices.Count(group.IsOurs);

    private static void Take(ShareGroup group, string member, string payload) =>
        group.Take(Encoding.UTF8.GetBytes(Prefix + member), Encoding.UTF8.GetBytes(payload));
}
