namespace EdgeAgent.Mqtt.Tests;

public class TakeoverPatternTests
{
    private static readonly MqttException Closed = new(MqttFault.Lost, "closed") { IsClosedWithoutReason = true };
    private static readonly MqttException ClosedAtConnect = new(MqttFault.Lost, "closed")
    {
        IsClosedWithoutReason = true, IsClosedAtConnect = true,
    };
    private static readonly MqttException Silent = new(MqttFault.Lost, "silent");
    private static readonly MqttException Told = new(MqttFault.TakenOver, "taken over");

    private readonly TakeoverPattern _pattern = new();

    [Fact]
    public void A_broker_that_says_so_is_believed() => Assert.True(Note(Told, 5000));

    [Fact]
    public void Three_connections_in_a_row_that_are_closed_soon_and_without_a_reason_are_the_pattern()
    {
        Assert.False(Note(Closed, 1));
        Assert.False(Note(Closed, 19));
        Assert.True(Note(Closed, 0));
        Assert.True(Note(Closed, 0));
        Assert.False(Note(Closed, 21));
        Assert.False(Note(Closed, 1));
    }

    [Fact]
    public void An_end_of_another_kind_breaks_the_row()
    {
        foreach (var other in new[] { ClosedAtConnect, Silent })
        {
            Note(Closed, 1);
            Note(Closed, 1);
            Assert.False(Note(other, 1));
            Assert.False(Note(Closed, 1));
            Assert.False(Note(Closed, 1));
            Note(Silent, 1);
        }
    }

    [Fact]
    public void It_says_what_to_do()
    {
        Assert.Contains("\"agent-7\"", TakeoverPattern.Describe("agent-7"));
        Assert.Contains("needs its own id", TakeoverPattern.Describe("agent-7"));
    }

    private bool Note(MqttException end, int seconds) => _pattern.Note(end, TimeSpan.FromSeconds(seconds));
}
