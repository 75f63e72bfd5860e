// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// A token whose transfers return false and move nothing, until it is told to work.
contract FalseReturnToken is TestToken {
    bool public working;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) TestToken(name_, symbol_, decimals_) {}

    function setWorking(bool working_) external {
        working = working_;
    }

    function transfer(address to, uint256 value) external override returns (bool) {
        if (!working) return false;
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external override returns (bool) {
        if (!working) return false;
        spend(from, value);
        move(from, to, value);
        return true;
    }
}
